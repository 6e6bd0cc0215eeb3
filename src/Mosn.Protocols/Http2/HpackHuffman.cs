using System.Buffers.Binary;

namespace Mosn.Protocols.Http2;

/// <summary>The code of RFC 7541 appendix B, in which common characters take five to eight bits.</summary>
/// <remarks>
/// The code is canonical: codes of one length follow each other in the order of their symbols, and shorter ones come
/// first. So the lengths say it all. Decoding looks eleven bits up at a time, which hold one or two of the characters
/// that fields are made of; what is longer is found by comparing with the first code of each length.
/// </remarks>
internal static class HpackHuffman
{
    private const int EndOfString = 256;
    private const int LookupBits = 11;
    private const int CodeBitsMin = 5;
    private const int CodeBitsMax = 30;

    /// <summary>By symbol: the code in the upper bits, how many bits it has in the lowest eight.</summary>
    private static readonly ulong[] Codes = BuildCodes(static symbol => symbol);

    /// <summary>The same for names: letters as if they were written in lower case.</summary>
    private static readonly ulong[] NameCodes =
        BuildCodes(static symbol => symbol is >= 'A' and <= 'Z' ? symbol | 0x20 : symbol);

    /// <summary>All symbols in the order of their codes.</summary>
    private static readonly ushort[] Symbols =
    [
        .. Enumerable.Range(0, EndOfString + 1).OrderBy(static symbol => Lengths[symbol])
            .Select(static symbol => (ushort)symbol),
    ];

    private static readonly LongCodes[] ByLength = BuildByLength();
    private static readonly uint[] Lookup = BuildLookup();

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28,
        28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6,
        6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6,
        6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22,
        20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23,
        22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22,
        23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22,
        25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ];

    /// <returns>Bytes of room that <see cref="Decode"/> needs for so many encoded ones.</returns>
    public static int DecodedLengthMax(int encodedLength) => (int)(encodedLength * 8L / CodeBitsMin) + 2;

    /// <param name="room">At least <see cref="DecodedLengthMax"/> bytes.</param>
    /// <returns>Bytes of text; -1: it holds the end of string, or does not end in less than a byte of ones.</returns>
    public static int Decode(ReadOnlySpan<byte> encoded, Span<byte> room)
    {
        uint[] lookup = Lookup;
        ulong window = 0; // The next bits, from the highest on.
        int bits = 0;
        int read = 0;
        int written = 0;
        while (true)
        {
            if (encoded.Length - read >= sizeof(ulong))
            {
                // Bits beyond those that are counted are there already, and come again.
                window |= BinaryPrimitives.ReadUInt64BigEndian(encoded[read..]) >> bits;
                int taken = (63 - bits) >> 3;
                read += taken;
                bits += taken << 3;
            }
            else
            {
                for (; bits <= 56 && read < encoded.Length; bits += 8)
                {
                    window |= (ulong)encoded[read++] << (56 - bits);
                }
                if (bits < LookupBits)
                {
                    return DecodeTail(window, bits, room, written);
                }
            }
            while (bits >= LookupBits)
            {
                uint entry = lookup[(int)(window >> (64 - LookupBits))];
                int length = (int)(entry >> 16) & 0xF;
                if (length != 0)
                {
                    room[written] = (byte)entry;
                    room[written + 1] = (byte)(entry >> 8);
                    written += (int)(entry >> 24);
                }
                else
                {
                    if (bits < CodeBitsMax && read < encoded.Length)
                    {
                        break;
                    }
                    int symbol = FindLong(window, out length);
                    if (symbol == EndOfString || length > bits)
                    {
                        return -1;
                    }
                    room[written++] = (byte)symbol;
                }
                window <<= length;
                bits -= length;
            }
        }
    }

    /// <returns>Bytes that the text takes when it is encoded.</returns>
    public static int EncodedLength(ReadOnlySpan<byte> text) => EncodedLength(text, Codes);

    /// <returns>Bytes that the name takes when it is encoded in lower case.</returns>
    public static int EncodedNameLength(ReadOnlySpan<byte> name) => EncodedLength(name, NameCodes);

    /// <param name="room">At least as many bytes as the encoded text has.</param>
    public static void Encode(ReadOnlySpan<byte> text, Span<byte> room) => Encode(text, Codes, room);

    /// <param name="room">At least as many bytes as the encoded name has.</param>
    public static void EncodeName(ReadOnlySpan<byte> name, Span<byte> room) => Encode(name, NameCodes, room);

    private static int EncodedLength(ReadOnlySpan<byte> text, ulong[] codes)
    {
        ulong bits = 7;
        foreach (byte symbol in text)
        {
            bits += codes[symbol] & 0xFF;
        }
        return (int)(bits >> 3);
    }

    private static void Encode(ReadOnlySpan<byte> text, ulong[] codes, Span<byte> room)
    {
        ulong pending = 0;
        int bits = 0;
        int at = 0;
        foreach (byte symbol in text)
        {
            ulong code = codes[symbol];
            int length = (int)code & 0xFF;
            pending = (pending << length) | (code >> 8);
            bits += length;
            if (bits >= 32)
            {
                bits -= 32;
                BinaryPrimitives.WriteUInt32BigEndian(room[at..], (uint)(pending >> bits));
                at += 4;
            }
        }
        while (bits >= 8)
        {
            bits -= 8;
            room[at++] = (byte)(pending >> bits);
        }
        if (bits > 0)
        {
            room[at] = (byte)((pending << (8 - bits)) | (0xFFu >> bits));
        }
    }

    /// <summary>Fewer bits are left than one look-up takes: short codes, and behind them the padding.</summary>
    private static int DecodeTail(ulong window, int bits, Span<byte> room, int written)
    {
        while (true)
        {
            // Ones are no short code, so what the text does not have cannot complete one.
            window |= ulong.MaxValue >> bits;
            uint entry = Lookup[(int)(window >> (64 - LookupBits))];
            int length = (int)(entry >> 20) & 0xF;
            if (length == 0 || length > bits)
            {
                bool isPadding = bits < 8 && window == ulong.MaxValue;
                return isPadding ? written : -1;
            }
            room[written++] = (byte)entry;
            window <<= length;
            bits -= length;
        }
    }

    /// <summary>The symbol whose code is longer than a look-up.</summary>
    private static int FindLong(ulong window, out int length)
    {
        uint code = (uint)(window >> 32);
        for (length = LookupBits + 1; length < CodeBitsMax && code >= ByLength[length].Limit; length++)
        {
        }
        LongCodes codes = ByLength[length];
        return Symbols[codes.FirstSymbol + (int)((code >> (32 - length)) - codes.FirstCode)];
    }

    private static ulong[] BuildCodes(Func<int, int> spelling)
    {
        ulong[] inOrder = new ulong[EndOfString + 1];
        ulong next = 0;
        int before = 0;
        foreach (int symbol in Enumerable.Range(0, inOrder.Length).OrderBy(static symbol => Lengths[symbol]))
        {
            int length = Lengths[symbol];
            next <<= length - before;
            inOrder[symbol] = (next++ << 8) | (uint)length;
            before = length;
        }
        return [.. Enumerable.Range(0, EndOfString).Select(symbol => inOrder[spelling(symbol)])];
    }

    private static LongCodes[] BuildByLength()
    {
        LongCodes[] byLength = new LongCodes[CodeBitsMax + 1];
        uint code = 0;
        int symbol = 0;
        for (int length = CodeBitsMin; length <= CodeBitsMax; length++)
        {
            int count = Symbols.Count(each => Lengths[each] == length);
            byLength[length] = new LongCodes(code, symbol, (ulong)(code + (uint)count) << (32 - length));
            code = (code + (uint)count) << 1;
            symbol += count;
        }
        return byLength;
    }

    private static uint[] BuildLookup()
    {
        uint[] lookup = new uint[1 << LookupBits];
        for (uint bits = 0; bits < lookup.Length; bits++)
        {
            if (!TryFindShort(bits, LookupBits, out uint first, out int firstLength))
            {
                continue;
            }
            uint rest = (bits << firstLength) & (uint)(lookup.Length - 1);
            bool isPair = TryFindShort(rest, LookupBits - firstLength, out uint second, out int secondLength);
            lookup[bits] = first | (second << 8) | ((uint)(firstLength + secondLength) << 16)
                | ((uint)firstLength << 20) | ((isPair ? 2u : 1u) << 24);
        }
        return lookup;
    }

    /// <param name="window">As many bits as a look-up takes, of which the first ones count.</param>
    private static bool TryFindShort(uint window, int bits, out uint symbol, out int length)
    {
        for (int i = 0; i < Symbols.Length && Lengths[Symbols[i]] <= bits; i++)
        {
            symbol = Symbols[i];
            length = Lengths[(int)symbol];
            if (window >> (LookupBits - length) == Codes[symbol] >> 8)
            {
                return true;
            }
        }
        symbol = 0;
        length = 0;
        return false;
    }

    /// <summary>The codes of one length.</summary>
    /// <param name="FirstSymbol">Index into <see cref="Symbols"/>.</param>
    /// <param name="Limit">The first 32 bits of what is behind them.</param>
    private readonly record struct LongCodes(uint FirstCode, int FirstSymbol, ulong Limit);
}
