namespace Mosn.Protocols.Http2;

/// <summary>Integers that share their first byte with a pattern of bits (RFC 7541 section 5.1).</summary>
internal static class HpackInteger
{
    /// <summary>Bytes that the longest integer we read or write takes.</summary>
    public const int BytesMax = 5;

    /// <summary>Bits that the bytes behind the first may bring: sizes and lengths far above anything we keep.</summary>
    private const int ShiftMax = 21;

    /// <param name="at">Where the first byte is; behind the integer when there is one.</param>
    /// <returns>False: the block ends in it, or it is longer than any that we could use.</returns>
    public static bool TryRead(ReadOnlySpan<byte> block, scoped ref int at, int prefixBits, out int value)
    {
        value = 0;
        if (at >= block.Length)
        {
            return false;
        }
        int mask = (1 << prefixBits) - 1;
        value = block[at++] & mask;
        if (value < mask)
        {
            return true;
        }
        for (int shift = 0; shift <= ShiftMax && at < block.Length; shift += 7)
        {
            int next = block[at++];
            value += (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }
        return false;
    }

    /// <param name="pattern">The bits above the prefix.</param>
    /// <returns>Where the next byte goes.</returns>
    public static int Put(Span<byte> room, int at, int prefixBits, byte pattern, int value)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            room[at] = (byte)(pattern | value);
            return at + 1;
        }
        room[at++] = (byte)(pattern | mask);
        value -= mask;
        while (value >= 0x80)
        {
            room[at++] = (byte)(0x80 | (value & 0x7F));
            value >>= 7;
        }
        room[at] = (byte)value;
        return at + 1;
    }
}
