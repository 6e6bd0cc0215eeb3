using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Mosn.Proxy.Observability;

/// <summary>
/// Writes one log line into memory of its ring. Allocates nothing; what does not fit is cut off. What peers sent cannot
/// break a line or colour a terminal: control characters become <c>\n</c>, <c>\x1b</c> and so on.
/// </summary>
internal ref struct LogLineWriter
{
    /// <summary>
    /// No value takes more of a line than this, so that a long path does not hide what comes after it.
    /// </summary>
    public const int ValueLengthMax = 4096;

    private static readonly SearchValues<byte> s_controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(static value => (byte)value), 0x7F]);

    private readonly Span<byte> _line;
    private readonly LogClock _clock;
    private readonly bool _isLiteral;
    private int _length;

    public LogLineWriter(Span<byte> line, LogClock clock)
    {
        _line = line;
        _clock = clock;
    }

    private LogLineWriter(Span<byte> value, LogClock clock, bool isLiteral)
        : this(value, clock) => _isLiteral = isLiteral;

    /// <summary>
    /// Writes one value for the program itself: nothing is escaped, and only the memory's end cuts it off. Not for text that
    /// leaves the process.
    /// </summary>
    public static LogLineWriter ForValue(Span<byte> value, LogClock clock) => new(value, clock, isLiteral: true);

    /// <summary>Bytes written so far.</summary>
    public readonly int Length => _length;

    /// <summary>A variable had no value. Who writes one variable only can then print something else than the dash.</summary>
    public bool IsUnset { get; private set; }

    /// <summary>Bytes of unknown origin.</summary>
    public void Write(scoped ReadOnlySpan<byte> value)
    {
        if (_isLiteral)
        {
            WriteRaw(value);
            return;
        }
        if (value.Length > ValueLengthMax)
        {
            value = value[..ValueLengthMax];
        }
        int control = value.IndexOfAny(s_controls);
        while (control >= 0)
        {
            WriteRaw(value[..control]);
            WriteEscaped(value[control]);
            value = value[(control + 1)..];
            control = value.IndexOfAny(s_controls);
        }
        WriteRaw(value);
    }

    /// <summary>Text of unknown origin, as UTF-8.</summary>
    public void Write(scoped ReadOnlySpan<char> value)
    {
        Span<byte> utf8 = stackalloc byte[256];
        int left = ValueLengthMax;
        while (!value.IsEmpty && left > 0)
        {
            // The encoder stops before a character that does not fit; 256 bytes hold 85 of the longest.
            _ = Encoding.UTF8.TryGetBytes(value[..Math.Min(value.Length, 85)], utf8, out int written);
            int chars = Math.Min(value.Length, 85);
            if (chars < value.Length && char.IsHighSurrogate(value[chars - 1]))
            {
                chars--;
                written = Encoding.UTF8.GetBytes(value[..chars], utf8);
            }
            Write(utf8[..Math.Min(written, left)]);
            value = value[chars..];
            left -= written;
        }
    }

    public void Write(long value)
    {
        if (Utf8Formatter.TryFormat(value, _line[_length..], out int written))
        {
            _length += written;
        }
    }

    public void Write(bool value) => WriteRaw(value ? "true"u8 : "false"u8);

    /// <summary>Lower case, as <c>0x2a</c>.</summary>
    public void WriteHex(ulong value)
    {
        WriteRaw("0x"u8);
        if (Utf8Formatter.TryFormat(value, _line[_length..], out int written, new StandardFormat('x')))
        {
            _length += written;
        }
    }

    /// <summary>A dash: the variable is known and has no value here.</summary>
    public void WriteUnset()
    {
        IsUnset = true;
        WriteRaw("-"u8);
    }

    /// <summary>Local time in MOSN's access log layout, <c>2024/05/01 12:00:00.007</c>.</summary>
    public void WriteTime(long unixTimeMs) => WriteRaw(_clock.Format(unixTimeMs));

    /// <summary>
    /// A duration as Go prints it: <c>0s</c>, <c>870ns</c>, <c>1.329µs</c>, <c>2.5ms</c>, <c>1m30.5s</c>.
    /// </summary>
    public void WriteDuration(long nanoseconds)
    {
        ulong left = nanoseconds < 0 ? 0 - (ulong)nanoseconds : (ulong)nanoseconds;
        if (nanoseconds < 0)
        {
            WriteRaw("-"u8);
        }
        switch (left)
        {
            case 0: WriteRaw("0s"u8); break;
            case < 1_000: WriteFraction(left, 0, "ns"u8); break;
            case < 1_000_000: WriteFraction(left, 3, "µs"u8); break;
            case < 1_000_000_000: WriteFraction(left, 6, "ms"u8); break;
            default: WriteLongDuration(left); break;
        }
    }

    /// <summary>Bytes that are known to be harmless: literals of a format, numbers.</summary>
    internal void WriteRaw(scoped ReadOnlySpan<byte> value)
    {
        Span<byte> free = _line[_length..];
        if (value.Length > free.Length)
        {
            value = value[..free.Length];
        }
        value.CopyTo(free);
        _length += value.Length;
    }

    private void WriteEscaped(byte control)
    {
        switch (control)
        {
            case (byte)'\n': WriteRaw("\\n"u8); break;
            case (byte)'\r': WriteRaw("\\r"u8); break;
            case (byte)'\t': WriteRaw("\\t"u8); break;
            default:
                ReadOnlySpan<byte> hex = "0123456789abcdef"u8;
                WriteRaw([(byte)'\\', (byte)'x', hex[control >> 4], hex[control & 15]]);
                break;
        }
    }

    private void WriteLongDuration(ulong nanoseconds)
    {
        ulong hours = nanoseconds / 3_600_000_000_000;
        ulong minutes = nanoseconds / 60_000_000_000;
        if (hours > 0)
        {
            Write((long)hours);
            WriteRaw("h"u8);
        }
        if (minutes > 0)
        {
            Write((long)(minutes % 60));
            WriteRaw("m"u8);
        }
        WriteFraction(nanoseconds % 60_000_000_000, 9, "s"u8);
    }

    // The last digits of the value are its fraction; zeros at the end are left out.
    private void WriteFraction(ulong value, int digits, scoped ReadOnlySpan<byte> unit)
    {
        Span<byte> fraction = stackalloc byte[10];
        int used = 0;
        for (int i = digits; i > 0; i--)
        {
            (value, ulong digit) = Math.DivRem(value, 10);
            fraction[i] = (byte)('0' + digit);
            used = used == 0 && digit != 0 ? i : used;
        }
        Write((long)value);
        if (used > 0)
        {
            fraction[0] = (byte)'.';
            WriteRaw(fraction[..(used + 1)]);
        }
        WriteRaw(unit);
    }
}
