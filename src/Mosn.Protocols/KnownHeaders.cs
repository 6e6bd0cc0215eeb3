using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mosn.Protocols;

/// <summary>Recognises field names, whatever their case.</summary>
/// <remarks>
/// An open-addressing table keyed by the folded first and last eight bytes of the name and its length. Setting bit 5
/// folds letters to lower case; among token bytes it makes no other byte equal to a letter, a digit or a hyphen, so the
/// comparison is exact for names that are tokens.
/// </remarks>
public static class KnownHeaders
{
    internal const int NameLengthMax = 24;
    private const int SlotCount = 256;
    private const ulong Fold = 0x2020_2020_2020_2020;

    private static readonly string[] Names =
    [
        "", "Host", "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Content-Length", "TE",
        "Trailer", "Upgrade", "Expect", "Date", "Server", "Content-Type", "User-Agent", "Cookie", "Set-Cookie",
        "Location", "Authorization", "Accept", "Accept-Encoding", "Accept-Language", "Accept-Ranges", "Age",
        "Cache-Control", "Content-Encoding", "Content-Range", "ETag", "Expires", "Forwarded", "Grpc-Encoding",
        "Grpc-Message", "Grpc-Status", "Grpc-Timeout", "If-Modified-Since", "If-None-Match", "Last-Modified", "Origin",
        "Proxy-Authenticate", "Proxy-Authorization", "Range", "Referer", "Retry-After", "Vary", "Via",
        "WWW-Authenticate", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID",
        "X-Mosn-Global-Timeout", "X-Mosn-Try-Timeout",
    ];

    private static readonly byte[][] NameBytes = [.. Names.Select(Encoding.ASCII.GetBytes)];
    private static readonly Slot[] Slots = BuildSlots();

    /// <summary>The usual spelling of the name, e.g. <c>Content-Length</c>; empty for None.</summary>
    public static ReadOnlySpan<byte> NameOf(KnownHeader header) => NameBytes[(int)header];

    /// <summary>The known header of that name; None for all others, and for what is not a token.</summary>
    public static KnownHeader Of(ReadOnlySpan<byte> name) =>
        HttpSyntax.IsToken(name) ? OfToken(name) : KnownHeader.None;

    internal static KnownHeader OfToken(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or > NameLengthMax)
        {
            return KnownHeader.None;
        }
        ReadWords(name, out ulong first, out ulong middle, out ulong last);
        Slot[] slots = Slots;
        for (int index = HashOf(first, last, name.Length); ; index++)
        {
            ref readonly Slot slot = ref slots[index & (SlotCount - 1)];
            // No branch for each word: a look-up mostly finds what it looks for.
            if (((slot.First ^ first) | (slot.Middle ^ middle) | (slot.Last ^ last) | (uint)(slot.Length ^ name.Length)) == 0)
            {
                return slot.Header;
            }
            if (slot.Header == KnownHeader.None)
            {
                return KnownHeader.None;
            }
        }
    }

    /// <summary>Every byte of a name of 2 to 24, folded, in three words; some bytes twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadWords(ReadOnlySpan<byte> name, out ulong first, out ulong middle, out ulong last)
    {
        middle = last = 0;
        if (name.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(name) | Fold;
            last = BinaryPrimitives.ReadUInt64LittleEndian(name[(name.Length - 8)..]) | Fold;
            middle = name.Length > 16 ? BinaryPrimitives.ReadUInt64LittleEndian(name[8..]) | Fold : 0;
        }
        else if (name.Length >= 4)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(name);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(name[(name.Length - 4)..]);
            first = low | ((ulong)high << 32) | Fold;
        }
        else
        {
            first = name[0] | ((ulong)name[1] << 8) | ((ulong)name[^1] << 16) | Fold;
        }
    }

    private static int HashOf(ulong first, ulong last, int length) =>
        (int)(((first * 0x9E37_79B9_7F4A_7C15) ^ (last * 0xC2B2_AE3D_27D4_EB4F)) >> 48) + length;

    private static Slot[] BuildSlots()
    {
        Check.That(Names.Length < 64);
        Slot[] slots = new Slot[SlotCount];
        for (int i = 1; i < Names.Length; i++)
        {
            byte[] name = NameBytes[i];
            ReadWords(name, out ulong first, out ulong middle, out ulong last);
            int index = HashOf(first, last, name.Length);
            while (slots[index & (SlotCount - 1)].Header != KnownHeader.None)
            {
                index++;
            }
            slots[index & (SlotCount - 1)] = new Slot
            {
                First = first,
                Middle = middle,
                Last = last,
                Length = (byte)name.Length,
                Header = (KnownHeader)i,
            };
        }
        return slots;
    }

    /// <summary>32 bytes: half a cache line.</summary>
    private struct Slot
    {
        public ulong First;
        public ulong Middle;
        public ulong Last;
        public byte Length;
        public KnownHeader Header;
    }
}
