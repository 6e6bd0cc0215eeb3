using System.Text;

namespace Mosn.Protocols.Http2;

/// <summary>The entries that every connection begins with (RFC 7541 appendix A), as whole lines.</summary>
internal static class HpackStaticTable
{
    public const int Count = 61;

    public const int Authority = 1;
    public const int MethodGet = 2;
    public const int MethodPost = 3;
    public const int Path = 4;
    public const int PathIndexHtml = 5;
    public const int SchemeHttp = 6;
    public const int SchemeHttps = 7;
    public const int Status = 8;
    public const int AcceptEncodingGzipDeflate = 16;
    public const int ContentLength = 28;

    private const int NameSlotCount = 64;

    private static readonly (string Name, string Value)[] Fields =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
        ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    private static readonly byte[] AllBytes =
    [
        .. Fields.SelectMany(static field =>
            Encoding.ASCII.GetBytes($"{HpackField.LineName(field.Name)}: {field.Value}\r\n")),
    ];

    private static readonly HpackEntry[] Entries = BuildEntries();
    private static readonly byte[] IndexByKnown = BuildIndexByKnown();
    private static readonly byte[] IndexByLength = BuildIndexByLength();

    /// <param name="index">1 to <see cref="Count"/>.</param>
    public static ref readonly HpackEntry Entry(int index) => ref Entries[index];

    public static ReadOnlySpan<byte> Bytes(in HpackEntry entry, int length) => AllBytes.AsSpan(entry.Start, length);

    /// <summary>Of the name that a block says, which is not always that of the line.</summary>
    public static int NameLength(int index) => Entries[index].Size - HpackField.SizeOf(0, Entries[index].ValueLength);

    /// <summary>Where the name stands; 0 if nowhere.</summary>
    public static int IndexOf(KnownHeader known) => IndexByKnown[(int)known];

    /// <summary>Where a name that is no known header stands, whatever its case; 0 if nowhere.</summary>
    public static int IndexOfOther(ReadOnlySpan<byte> name)
    {
        int slot = name.Length < NameSlotCount ? IndexByLength[name.Length] : 0;
        for (int index = slot; index != 0; index = Entries[index].NameIndex)
        {
            if (Ascii.EqualsIgnoreCase(Bytes(Entries[index], Entries[index].NameLength), name))
            {
                return index;
            }
        }
        return 0;
    }

    private static HpackEntry[] BuildEntries()
    {
        HpackEntry[] entries = new HpackEntry[Count + 1];
        int start = 0;
        for (int i = 0; i < Count; i++)
        {
            (string name, string value) = Fields[i];
            byte[] nameBytes = Encoding.ASCII.GetBytes(name);
            HpackFieldKind kind = HpackField.KindOf(nameBytes);
            KnownHeader known = kind == HpackFieldKind.Regular ? KnownHeaders.OfToken(nameBytes) : KnownHeader.None;
            int nameLength = HpackField.LineName(name).Length;
            entries[i + 1] = new HpackEntry
            {
                Start = start,
                NameLength = nameLength,
                ValueLength = value.Length,
                Size = HpackField.SizeOf(name.Length, value.Length),
                Known = kind == HpackFieldKind.Authority ? KnownHeader.Host : known,
                Kind = kind,
                Marks = HpackSoundness.Of(kind, known, nameBytes, Encoding.ASCII.GetBytes(value)),
            };
            start += nameLength + value.Length + HpackField.LineBytesMore;
        }
        return entries;
    }

    private static byte[] BuildIndexByKnown()
    {
        byte[] byKnown = new byte[64];
        for (int i = Count; i > 0; i--)
        {
            if (Entries[i].Kind == HpackFieldKind.Regular && Entries[i].Known != KnownHeader.None)
            {
                byKnown[(int)Entries[i].Known] = (byte)i;
            }
        }
        return byKnown;
    }

    /// <summary>The first entry of each length of name; <see cref="HpackEntry.NameIndex"/> leads to the next.</summary>
    private static byte[] BuildIndexByLength()
    {
        byte[] byLength = new byte[NameSlotCount];
        for (int i = Count; i > 0; i--)
        {
            HpackEntry entry = Entries[i];
            if (entry.Kind == HpackFieldKind.Regular && entry.Known == KnownHeader.None)
            {
                Entries[i] = entry with { NameIndex = byLength[entry.NameLength] };
                byLength[entry.NameLength] = (byte)i;
            }
        }
        return byLength;
    }
}
