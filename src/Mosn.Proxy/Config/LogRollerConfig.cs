using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Config;

/// <summary>
/// How log files are rotated: by time when <see cref="Interval"/> is set, else by size. The text form is a list of
/// key=value pairs between spaces, for example "size=100 age=7 keep=10 compress=on".
/// </summary>
public sealed record LogRollerConfig
{
    private const int HoursMax = 24;

    /// <summary>Whole hours, at most 24, aligned to local midnight. Null: rotate by size.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Mebibytes that a file may reach.</summary>
    public int SizeMegabytes { get; init; } = 1000;

    /// <summary>Days that a rotated file is kept; 0: for ever.</summary>
    public int AgeDays { get; init; } = 7;

    /// <summary>Rotated files that are kept; 0: all.</summary>
    public int Keep { get; init; } = 10;

    /// <summary>Compress rotated files.</summary>
    public bool Compress { get; init; }

    /// <summary>What holds when nothing is configured: every 24 hours.</summary>
    public static LogRollerConfig Default { get; } = new() { Interval = TimeSpan.FromHours(HoursMax) };

    /// <param name="error">What is wrong, in words for the user; null on success.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out LogRollerConfig? roller, [NotNullWhen(false)] out string? error)
    {
        roller = null;
        error = null;
        LogRollerConfig parsed = new();
        foreach (string token in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = token.Split('=');
            if (parts.Length != 2)
            {
                error = $"'{token}' is not key=value";
                return false;
            }
            error = Apply(ref parsed, parts[0], parts[1]);
            if (error is not null)
            {
                return false;
            }
        }
        roller = parsed;
        return true;
    }

    public override string ToString()
    {
        StringBuilder text = new();
        if (Interval is { } interval)
        {
            text.Append(CultureInfo.InvariantCulture, $"time={(int)interval.TotalHours} ");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"size={SizeMegabytes} age={AgeDays} ");
        }
        return text.Append(CultureInfo.InvariantCulture, $"keep={Keep} compress={(Compress ? "on" : "off")}").ToString();
    }

    private static string? Apply(ref LogRollerConfig roller, string key, string value)
    {
        if (key == "compress")
        {
            roller = roller with { Compress = value == "on" };
            return value is "on" or "off" ? null : $"compress is '{value}', not on or off";
        }
        if (key is not ("time" or "size" or "age" or "keep"))
        {
            return $"unknown key '{key}'; known are time, size, age, keep, compress";
        }
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return $"{key} is '{value}', not a whole number";
        }
        if (number == 0 && (key is "time" or "size"))
        {
            return $"{key} must be at least 1";
        }
        roller = key switch
        {
            "time" => roller with { Interval = TimeSpan.FromHours(Math.Min(number, HoursMax)) },
            "size" => roller with { SizeMegabytes = number },
            "age" => roller with { AgeDays = number },
            _ => roller with { Keep = number },
        };
        return null;
    }
}
