using System.Globalization;

namespace Mosn.Proxy.Expressions;

/// <summary>Times in the form of RFC 3339, which must have an offset and may have a fraction.</summary>
internal static class TimeText
{
    /// <summary>Bytes of the longest.</summary>
    public const int LengthMax = 32;

    /// <summary>The least that there can be: <c>2006-01-02T15:04:05Z</c>.</summary>
    private const int LengthMin = 20;

    /// <param name="ticks">UTC ticks; 100 ns are the finest that is kept.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < LengthMin || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t')
            || text[13] != ':' || text[16] != ':'
            || !TryNumber(text[..4], out int year) || !TryNumber(text[5..7], out int month)
            || !TryNumber(text[8..10], out int day) || !TryNumber(text[11..13], out int hour)
            || !TryNumber(text[14..16], out int minute) || !TryNumber(text[17..19], out int second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = text[19..];
        if (!TryTakeFraction(ref rest, out long fraction) || !TryOffset(rest, out long offset))
        {
            return false;
        }
        ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - offset;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    /// <returns>Bytes written.</returns>
    public static int Format(long ticks, Span<byte> into)
    {
        DateTime time = new(ticks, DateTimeKind.Utc);
        time.TryFormat(into, out int written, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        into[written++] = (byte)'Z';
        return written;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }
            number = (number * 10) + digit - '0';
        }
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest is not [(byte)'.', ..])
        {
            return true;
        }
        int length = 1;
        long unit = TimeSpan.TicksPerSecond;
        while (length < rest.Length && char.IsAsciiDigit((char)rest[length]))
        {
            unit /= 10;
            ticks += (rest[length++] - '0') * unit;
        }
        rest = rest[length..];
        return length > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }
        if (text is not [(byte)'+' or (byte)'-', _, _, (byte)':', _, _]
            || !TryNumber(text[1..3], out int hours) || !TryNumber(text[4..6], out int minutes)
            || hours > 23 || minutes > 59)
        {
            return false;
        }
        ticks = ((hours * 60) + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }
}
