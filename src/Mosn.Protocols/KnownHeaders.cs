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
        Key key = Key.Of(name);
        int index = key.Hash;
        Slot[] slots = Slots;
        while (true)
        {
            ref readonly Slot slot = ref slots[index & (SlotCount - 1)];
            if (slot.Key.IsSame(key))
            {
                return slot.Header;
            }
            if (slot.Header == KnownHeader.None)
            {
                return KnownHeader.None;
            }
            index++;
        }
    }

    private static Slot[] BuildSlots()
    {
        Check.That(Names.Length < 64);
        Slot[] slots = new Slot[SlotCount];
        for (int i = 1; i < Names.Length; i++)
        {
            Key key = Key.Of(NameBytes[i]);
            int index = key.Hash;
            while (slots[index & (SlotCount - 1)].Header != KnownHeader.None)
            {
                index++;
            }
            slots[index & (SlotCount - 1)] = new Slot(key, (KnownHeader)i);
        }
        return slots;
    }

    private readonly record struct Slot(Key Key, KnownHeader Header);

    /// <summary>Every byte of a name of up to 24, folded, in three words (some bytes twice).</summary>
    private readonly record struct Key(ulong First, ulong Middle, ulong Last, int Length)
    {
        /// <summary>Equality without branches: a look-up mostly finds what it looks for.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsSame(in Key other) =>
            ((First ^ other.First) | (Middle ^ other.Middle) | (Last ^ other.Last) | (uint)(Length ^ other.Length)) == 0;

        public int Hash => (int)(((First * 0x9E37_79B9_7F4A_7C15) ^ (Last * 0xC2B2_AE3D_27D4_EB4F)) >> 48) + Length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Key Of(ReadOnlySpan<byte> name)
        {
            int length = name.Length;
            if (length >= 8)
            {
                ulong first = BinaryPrimitives.ReadUInt64LittleEndian(name) | Fold;
                ulong last = BinaryPrimitives.ReadUInt64LittleEndian(name[(length - 8)..]) | Fold;
                ulong middle = length > 16 ? BinaryPrimitives.ReadUInt64LittleEndian(name[8..]) | Fold : 0;
                return new Key(first, middle, last, length);
            }
            if (length >= 4)
            {
                uint first = BinaryPrimitives.ReadUInt32LittleEndian(name);
                uint last = BinaryPrimitives.ReadUInt32LittleEndian(name[(length - 4)..]);
                return new Key((first | ((ulong)last << 32)) | Fold, 0, 0, length);
            }
            return new Key((name[0] | ((ulong)name[1] << 8) | ((ulong)name[length - 1] << 16)) | Fold, 0, 0, length);
        }
    }
}
