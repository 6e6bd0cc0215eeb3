using System.Globalization;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// Doubles as Go writes them with <c>strconv.FormatFloat(x, 'g', -1, 64)</c>: the shortest digits that read back, and an
/// exponent where it is less than -4 or more than 5.
/// </summary>
internal static class DoubleText
{
    /// <summary>Bytes of the longest: sign, 17 digits, point, four zeros, exponent.</summary>
    public const int LengthMax = 32;

    private const int ExponentMin = -4;
    private const int ExponentMax = 5;

    /// <returns>Bytes written.</returns>
    public static int Format(double number, Span<byte> into)
    {
        if (!double.IsFinite(number))
        {
            ReadOnlySpan<byte> name = double.IsNaN(number) ? "NaN"u8 : number > 0 ? "+Inf"u8 : "-Inf"u8;
            name.CopyTo(into);
            return name.Length;
        }
        Span<byte> digits = stackalloc byte[LengthMax];
        int exponent = ShortestDigits(number, ref digits);
        int written = 0;
        if (double.IsNegative(number))
        {
            into[written++] = (byte)'-';
        }
        return written + (exponent is < ExponentMin or > ExponentMax
            ? WriteScientific(digits, exponent, into[written..])
            : WritePlain(digits, exponent, into[written..]));
    }

    /// <summary>The digits without sign, point and zeros at the end.</summary>
    /// <returns>The power of ten of the first digit.</returns>
    private static int ShortestDigits(double number, ref Span<byte> digits)
    {
        Span<byte> text = stackalloc byte[LengthMax];
        Math.Abs(number).TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        text = text[..length];
        int mark = text.IndexOf((byte)'E');
        int exponent = mark < 0 ? 0 : int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        text = mark < 0 ? text : text[..mark];
        int point = text.IndexOf((byte)'.');
        exponent += (point < 0 ? text.Length : point) - 1;
        int count = 0;
        foreach (byte part in text)
        {
            if (part != '.')
            {
                digits[count++] = part;
            }
        }
        int zeros = digits[..count].IndexOfAnyExcept((byte)'0');
        if (zeros < 0)
        {
            digits = digits[..1];
            return 0;
        }
        digits = digits[zeros..count].TrimEnd((byte)'0');
        return exponent - zeros;
    }

    private static int WriteScientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> into)
    {
        int written = 0;
        into[written++] = digits[0];
        if (digits.Length > 1)
        {
            into[written++] = (byte)'.';
            digits[1..].CopyTo(into[written..]);
            written += digits.Length - 1;
        }
        into[written++] = (byte)'e';
        into[written++] = exponent < 0 ? (byte)'-' : (byte)'+';
        Math.Abs(exponent).TryFormat(into[written..], out int length, "D2", CultureInfo.InvariantCulture);
        return written + length;
    }

    private static int WritePlain(ReadOnlySpan<byte> digits, int exponent, Span<byte> into)
    {
        int written = 0;
        for (int power = Math.Max(exponent, 0); power > exponent - digits.Length || power >= 0; power--)
        {
            if (power == -1)
            {
                into[written++] = (byte)'.';
            }
            int index = exponent - power;
            into[written++] = index >= 0 && index < digits.Length ? digits[index] : (byte)'0';
        }
        return written;
    }
}
