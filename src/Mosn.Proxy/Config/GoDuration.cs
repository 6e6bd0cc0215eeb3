using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Config;

/// <summary>
/// Durations as Go writes them: decimal numbers with units, "300ms", "1h15m", "1.5s". The tick of 100 ns is the
/// finest that is kept; a positive duration below it becomes one tick rather than zero.
/// </summary>
public static class GoDuration
{
    private const long NanosecondsPerTick = 100;

    // The longest that Go can hold: 2^63-1 nanoseconds, about 292 years.
    private const decimal NanosecondsMax = long.MaxValue;

    // More than any duration within the range needs, and fewer than a decimal holds.
    private const int DigitsMax = 20;

    /// <param name="error">What is wrong, in words for the user; "" on success.</param>
    public static bool TryParse(string text, out TimeSpan duration, out string error)
    {
        bool isDuration = TryParse(text.AsSpan().Trim(), out decimal nanoseconds, out error);
        duration = isDuration ? FromNanoseconds(nanoseconds) : TimeSpan.Zero;
        return isDuration;
    }

    /// <summary>Exactly what Go's time.ParseDuration takes: no blanks around. Without a fraction of a nanosecond.</summary>
    public static bool TryParseNanoseconds(ReadOnlySpan<char> text, out long nanoseconds)
    {
        bool isDuration = TryParse(text, out decimal exact, out _);
        nanoseconds = isDuration ? (long)exact : 0;
        return isDuration;
    }

    /// <summary>Never zero for a number that is not.</summary>
    public static TimeSpan FromNanoseconds(decimal nanoseconds)
    {
        long ticks = (long)(nanoseconds / NanosecondsPerTick);
        return new TimeSpan(ticks == 0 ? Math.Sign(nanoseconds) : ticks);
    }

    /// <summary>As Go prints it: "1m30s", "1.5s", "250ms", "0s".</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }
        StringBuilder text = new();
        decimal ticks = duration.Ticks;
        if (ticks < 0)
        {
            text.Append('-');
            ticks = -ticks;
        }
        if (ticks < TimeSpan.TicksPerSecond)
        {
            (decimal unit, string name) = ticks switch
            {
                >= TimeSpan.TicksPerMillisecond => (TimeSpan.TicksPerMillisecond, "ms"),
                >= TimeSpan.TicksPerMicrosecond => (TimeSpan.TicksPerMicrosecond, "µs"),
                _ => (0.01m, "ns"),
            };
            return text.Append(Plain(ticks / unit)).Append(name).ToString();
        }
        long hours = (long)(ticks / TimeSpan.TicksPerHour);
        long minutes = (long)(ticks % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute);
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        }
        if (hours > 0 || minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes}m");
        }
        return text.Append(Plain(ticks % TimeSpan.TicksPerMinute / TimeSpan.TicksPerSecond)).Append('s').ToString();
    }

    private static bool TryParse(ReadOnlySpan<char> rest, out decimal nanoseconds, out string error)
    {
        nanoseconds = 0;
        bool isNegative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }
        error = rest.IsEmpty ? "empty duration" : "";
        if (rest is "0" || error.Length > 0)
        {
            return error.Length == 0;
        }
        while (!rest.IsEmpty)
        {
            if (!TryTakeNumber(ref rest, out decimal number))
            {
                error = "invalid duration";
                return false;
            }
            decimal unit = TakeUnit(ref rest, out ReadOnlySpan<char> unitText);
            if (unit == 0)
            {
                error = unitText.IsEmpty ? "missing unit" : $"unknown unit '{unitText}'";
                return false;
            }
            if (number > (NanosecondsMax - nanoseconds) / unit) // The product might be more than a decimal holds.
            {
                error = "duration out of range";
                return false;
            }
            nanoseconds += number * unit;
        }
        nanoseconds = isNegative ? -nanoseconds : nanoseconds;
        return true;
    }

    private static string Plain(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TryTakeNumber(ref ReadOnlySpan<char> rest, out decimal number)
    {
        int length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.'))
        {
            length++;
        }
        ReadOnlySpan<char> digits = rest[..length];
        rest = rest[length..];
        number = 0;
        return length is > 0 and <= DigitsMax
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static decimal TakeUnit(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> unit)
    {
        int length = 0;
        while (length < rest.Length && !char.IsAsciiDigit(rest[length]) && rest[length] != '.')
        {
            length++;
        }
        unit = rest[..length];
        rest = rest[length..];
        return unit switch
        {
            "ns" => 1m,
            "us" or "µs" or "μs" => 1_000m,
            "ms" => 1_000_000m,
            "s" => 1_000_000_000m,
            "m" => 60_000_000_000m,
            "h" => 3_600_000_000_000m,
            _ => 0m,
        };
    }
}
