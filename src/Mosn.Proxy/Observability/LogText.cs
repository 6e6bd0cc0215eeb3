using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Observability;

/// <summary>Text in a log line.</summary>
internal static class LogText
{
    private static readonly SearchValues<char> s_controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(static value => (char)value).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>
    /// Makes control characters visible (<c>\n</c>, <c>\x1b</c>, <c>\u2028</c>), so that one message is one line and
    /// cannot pretend to be two. The same object if there are none.
    /// </summary>
    public static string Escape(string text)
    {
        int at = text.AsSpan().IndexOfAny(s_controls);
        if (at < 0)
        {
            return text;
        }
        StringBuilder escaped = new(text, 0, at, text.Length + 16);
        foreach (char character in text.AsSpan(at))
        {
            switch (character)
            {
                case '\n': escaped.Append("\\n"); break;
                case '\r': escaped.Append("\\r"); break;
                case '\t': escaped.Append("\\t"); break;
                case < '\u0100' when char.IsControl(character):
                    escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
                    break;
                case '\u2028' or '\u2029':
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                    break;
                default: escaped.Append(character); break;
            }
        }
        return escaped.ToString();
    }
}
