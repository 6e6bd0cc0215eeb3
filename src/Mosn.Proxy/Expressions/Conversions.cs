using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Expressions;

/// <summary>The functions that are called as the type they make: <c>int("7")</c>.</summary>
internal static class Conversions
{
    private const long NsPerSecond = 1_000_000_000;
    private const int NumberLengthMax = 64;

    public static bool Same<T>(scoped ref Evaluation evaluation, T operand, out T value)
        where T : allows ref struct
    {
        value = operand;
        return true;
    }

    /// <summary>Decimal digits with an optional sign, and nothing else.</summary>
    public static bool ToInt(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out long value)
    {
        ReadOnlySpan<byte> number = text is [(byte)'+', >= (byte)'0' and <= (byte)'9', ..] ? text[1..] : text;
        return (Utf8Parser.TryParse(number, out value, out int read) && read == text.Length - (text.Length - number.Length)
                && read == number.Length)
            || evaluation.Fail(EvaluationFault.BadText);
    }

    /// <summary>Towards zero.</summary>
    public static bool ToInt(scoped ref Evaluation evaluation, double number, out long value)
    {
        bool fits = number is > -9.2233720368547758E18 and < 9.2233720368547758E18;
        value = fits ? (long)number : 0;
        return fits || evaluation.Fail(EvaluationFault.Overflow);
    }

    /// <summary>Seconds since 1970.</summary>
    public static bool TimestampToInt(scoped ref Evaluation evaluation, long ticks, out long value)
    {
        value = Math.DivRem(ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerSecond, out long rest);
        value -= rest < 0 ? 1 : 0;
        return true;
    }

    public static bool ToDouble(scoped ref Evaluation evaluation, long number, out double value)
    {
        value = number;
        return true;
    }

    public static bool ToDouble(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        return (text.Length <= NumberLengthMax
                && double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite
                    & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value)
                && !double.IsInfinity(value))
            || evaluation.Fail(EvaluationFault.BadText);
    }

    /// <summary>The spellings of Go's <c>strconv.ParseBool</c>.</summary>
    public static bool ToBool(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out bool value)
    {
        value = text.SequenceEqual("true"u8) || text.SequenceEqual("t"u8) || text.SequenceEqual("T"u8)
            || text.SequenceEqual("TRUE"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("1"u8);
        return value
            || text.SequenceEqual("false"u8) || text.SequenceEqual("f"u8) || text.SequenceEqual("F"u8)
            || text.SequenceEqual("FALSE"u8) || text.SequenceEqual("False"u8) || text.SequenceEqual("0"u8)
            || evaluation.Fail(EvaluationFault.BadText);
    }

    public static bool ToDuration(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length > NumberLengthMax)
        {
            return evaluation.Fail(EvaluationFault.BadText);
        }
        Span<char> chars = stackalloc char[NumberLengthMax];
        return GoDuration.TryParseNanoseconds(chars[..Encoding.UTF8.GetChars(text, chars)], out value)
            || evaluation.Fail(EvaluationFault.BadText);
    }

    /// <summary>RFC 3339.</summary>
    public static bool ToTimestamp(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out long value) =>
        TimeText.TryParse(text, out value) || evaluation.Fail(EvaluationFault.BadText);

    /// <summary>From seconds since 1970.</summary>
    public static bool ToTimestamp(scoped ref Evaluation evaluation, long seconds, out long value)
    {
        bool fits = seconds is >= -62_135_596_800 and < 253_402_300_800; // The years 1 to 9999.
        value = fits ? DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) : 0;
        return fits || evaluation.Fail(EvaluationFault.Overflow);
    }

    public static bool BoolToText(scoped ref Evaluation evaluation, bool operand, out ReadOnlySpan<byte> value)
    {
        value = operand ? "true"u8 : "false"u8;
        return true;
    }

    public static bool IntToText(scoped ref Evaluation evaluation, long number, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(20, out Span<byte> room))
        {
            value = default;
            return false;
        }
        number.TryFormat(room, out int written, default, CultureInfo.InvariantCulture);
        value = room[..written];
        return true;
    }

    /// <summary>As Go's <c>'g'</c> format with the shortest digits.</summary>
    public static bool DoubleToText(scoped ref Evaluation evaluation, double number, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(DoubleText.LengthMax, out Span<byte> room))
        {
            value = default;
            return false;
        }
        value = room[..DoubleText.Format(number, room)];
        return true;
    }

    /// <summary>In seconds: <c>90s</c>, <c>0.25s</c>.</summary>
    public static bool DurationToText(scoped ref Evaluation evaluation, long ns, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(32, out Span<byte> room))
        {
            value = default;
            return false;
        }
        int written = 0;
        if (ns < 0)
        {
            room[written++] = (byte)'-';
        }
        UInt128 magnitude = (UInt128)Int128.Abs(ns);
        ((ulong)magnitude / NsPerSecond).TryFormat(room[written..], out int digits, default, CultureInfo.InvariantCulture);
        written += digits;
        ulong rest = (ulong)magnitude % NsPerSecond;
        if (rest != 0)
        {
            room[written++] = (byte)'.';
            rest.TryFormat(room[written..], out digits, "D9", CultureInfo.InvariantCulture);
            written = room[..(written + digits)].TrimEnd((byte)'0').Length;
        }
        room[written++] = (byte)'s';
        value = room[..written];
        return true;
    }

    public static bool TimestampToText(scoped ref Evaluation evaluation, long ticks, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(TimeText.LengthMax, out Span<byte> room))
        {
            value = default;
            return false;
        }
        value = room[..TimeText.Format(ticks, room)];
        return true;
    }
}
