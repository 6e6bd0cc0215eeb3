using System.Globalization;

namespace Mosn.Proxy.Config;

/// <summary>Sizes as text: "10MB", "512B"; every unit is a power of 1024.</summary>
internal static class ByteSizeText
{
    private static readonly string[] s_units = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>Case of the unit is ignored, "K" stands for "KB", and no unit for bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int digits = trimmed.IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> unit = digits < 0 ? "B" : trimmed[digits..].Trim();
        if (digits == 0
            || !long.TryParse(
                digits < 0 ? trimmed : trimmed[..digits], NumberStyles.None, CultureInfo.InvariantCulture,
                out long number))
        {
            return false;
        }
        for (int power = 0; power < s_units.Length; power++)
        {
            string name = s_units[power];
            if (unit.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (unit.Length == 1 && power > 0 && char.ToUpperInvariant(unit[0]) == name[0]))
            {
                bytes = number << (10 * power);
                return number <= long.MaxValue >> (10 * power);
            }
        }
        return false;
    }

    /// <summary>In the largest unit that leaves a whole number.</summary>
    public static string Format(long bytes)
    {
        int power = 0;
        while (bytes != 0 && bytes % 1024 == 0 && power + 1 < s_units.Length)
        {
            bytes /= 1024;
            power++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{s_units[power]}");
    }
}
