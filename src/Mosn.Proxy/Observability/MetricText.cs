using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Observability;

/// <summary>The small pieces of the Prometheus text format.</summary>
internal static class MetricText
{
    /// <summary>Replaces each character that a metric name cannot have by an underscore.</summary>
    public static string MetricName(string text) => Sanitised(text, static character => character != ':');

    /// <summary>As <see cref="MetricName"/>, for label names, which cannot have a colon.</summary>
    public static string LabelName(string text) => Sanitised(text, static _ => true);

    /// <summary>A label value as it stands between quotes.</summary>
    public static string LabelValue(string text) => text.AsSpan().IndexOfAny('\\', '"', '\n') < 0
        ? text
        : text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    /// <summary>
    /// A number as Go's client library writes it: the shortest digits that read back the same, with an exponent below
    /// 1e-4 and from 1e6 on, and with <c>.0</c> where it would look like an integer.
    /// </summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0)
        {
            return "0.0";
        }
        string sign = value < 0 ? "-" : "";
        (string digits, int exponent) = ShortestDigits(Math.Abs(value));
        return sign + (exponent is < -4 or >= 6 ? Scientific(digits, exponent) : Plain(digits, exponent));
    }

    /// <summary>Appends text as UTF-8.</summary>
    public static void Append(this IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    private static string Sanitised(string text, Predicate<char> isBad) => string.Concat(text.Select(
        character => char.IsAsciiLetterOrDigit(character) || !isBad(character) ? character : '_'));

    // The number is 0.d₁d₂… · 10^(exponent + 1). The runtime's round-trip text has the digits, in one of two layouts.
    private static (string Digits, int Exponent) ShortestDigits(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int mark = text.IndexOf('E');
        int exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign);
        string mantissa = mark < 0 ? text : text[..mark];
        int point = mantissa.IndexOf('.');
        string digits = mantissa.Replace(".", "");
        string significant = digits.TrimStart('0');
        exponent += (point < 0 ? mantissa.Length : point) - 1 - (digits.Length - significant.Length);
        return (significant.TrimEnd('0'), exponent);
    }

    private static string Scientific(string digits, int exponent)
    {
        string fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return $"{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string Plain(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }
        string padded = digits.PadRight(exponent + 2, '0');
        return $"{padded[..(exponent + 1)]}.{padded[(exponent + 1)..]}";
    }
}
