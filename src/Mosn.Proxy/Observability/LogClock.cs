namespace Mosn.Proxy.Observability;

/// <summary>
/// Local time as text, 23 bytes, remembered for the second it was made for: within a second only the milliseconds are
/// written anew. Belongs to one thread.
/// </summary>
internal sealed class LogClock
{
    private const int TextLength = 23;
    private const long OffsetPeriodMs = 15 * 60 * 1000; // Zones change their offset at whole quarters of an hour only.

    private readonly TimeZoneInfo _zone;
    private readonly byte _dateSeparator;
    private readonly byte[] _text = new byte[TextLength];
    private long _second = long.MinValue;
    private long _offsetPeriod = long.MinValue;
    private long _offsetMs;

    private LogClock(TimeZoneInfo zone, byte dateSeparator, byte millisecondSeparator)
    {
        _zone = zone;
        _dateSeparator = dateSeparator;
        _text[19] = millisecondSeparator;
    }

    /// <summary><c>2024/05/01 12:00:00.007</c></summary>
    public static LogClock ForAccessLog(TimeZoneInfo zone) => new(zone, (byte)'/', (byte)'.');

    /// <summary><c>2024-05-01 12:00:00,007</c></summary>
    public static LogClock ForErrorLog(TimeZoneInfo zone) => new(zone, (byte)'-', (byte)',');

    /// <summary>The text of a moment. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Format(long unixTimeMs)
    {
        (long second, long millisecond) = Math.DivRem(unixTimeMs, 1000);
        if (second != _second)
        {
            WriteSecond(second);
        }
        WriteDigits(20, (int)millisecond, 3);
        return _text;
    }

    private void WriteSecond(long second)
    {
        long period = second * 1000 / OffsetPeriodMs;
        if (period != _offsetPeriod)
        {
            _offsetMs = (long)_zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(second)).TotalMilliseconds;
            _offsetPeriod = period;
        }
        DateTime local = DateTime.UnixEpoch.AddTicks(
            (second * TimeSpan.TicksPerSecond) + (_offsetMs * TimeSpan.TicksPerMillisecond));
        WriteDigits(0, local.Year, 4);
        _text[4] = _dateSeparator;
        WriteDigits(5, local.Month, 2);
        _text[7] = _dateSeparator;
        WriteDigits(8, local.Day, 2);
        _text[10] = (byte)' ';
        WriteDigits(11, local.Hour, 2);
        _text[13] = (byte)':';
        WriteDigits(14, local.Minute, 2);
        _text[16] = (byte)':';
        WriteDigits(17, local.Second, 2);
        _second = second;
    }

    private void WriteDigits(int at, int value, int digits)
    {
        for (int i = at + digits - 1; i >= at; i--)
        {
            _text[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
