namespace Mosn.Protocols.Grpc;

/// <summary>
/// Values of <c>grpc-timeout</c>: up to eight digits and a unit, <c>H M S m u n</c> (gRPC, <c>doc/PROTOCOL-HTTP2.md</c>).
/// </summary>
public static class GrpcTimeout
{
    /// <summary>Bytes that a value takes at most.</summary>
    public const int LengthMax = 9;

    private const long DigitsEnd = 100_000_000;

    /// <summary>Reads a value.</summary>
    /// <param name="ms">Milliseconds, rounded up; 0: no time at all.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        if (text.Length is < 2 or > LengthMax)
        {
            return false;
        }
        long number = 0;
        foreach (byte digit in text[..^1])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            number = (10 * number) + digit - '0';
        }
        ms = text[^1] switch
        {
            (byte)'H' => number * 3_600_000,
            (byte)'M' => number * 60_000,
            (byte)'S' => number * 1000,
            (byte)'m' => number,
            (byte)'u' => (number + 999) / 1000,
            (byte)'n' => (number + 999_999) / 1_000_000,
            _ => -1,
        };
        return ms >= 0;
    }

    /// <summary>Writes a value, rounded down where the digits do not suffice: nobody is given more time than there is.</summary>
    /// <param name="ms">Milliseconds, not negative.</param>
    /// <param name="into">Room for <see cref="LengthMax"/> bytes.</param>
    public static int Write(long ms, Span<byte> into)
    {
        Check.That(ms >= 0);
        (long number, byte unit) = ms switch
        {
            < DigitsEnd => (ms, (byte)'m'),
            < DigitsEnd * 1000 => (ms / 1000, (byte)'S'),
            < DigitsEnd * 60_000 => (ms / 60_000, (byte)'M'),
            _ => (Math.Min(ms / 3_600_000, DigitsEnd - 1), (byte)'H'),
        };
        Check.That(System.Buffers.Text.Utf8Formatter.TryFormat(number, into, out int length));
        into[length] = unit;
        return length + 1;
    }
}
