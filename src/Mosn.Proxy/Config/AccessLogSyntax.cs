namespace Mosn.Proxy.Config;

/// <summary>Checks the shape of an access log format: variables between percent signs, "\%" is not one.</summary>
internal static class AccessLogSyntax
{
    /// <returns>What is wrong, or null.</returns>
    public static string? FindError(string format)
    {
        int opened = -1;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || (i > 0 && format[i - 1] == '\\'))
            {
                continue;
            }
            if (opened < 0)
            {
                opened = i;
                continue;
            }
            if (i == opened + 1)
            {
                return $"empty variable definition at character {opened + 1}";
            }
            opened = -1;
        }
        return opened < 0 ? null : $"unclosed variable definition at character {opened + 1}";
    }
}
