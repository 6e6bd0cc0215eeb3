using System.Globalization;

namespace Mosn.Proxy.Config;

internal sealed partial class NodeBinder
{
    private const int WeightMax = 128;

    public override long Long(string name, long value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        long result = node is null ? value : Number(node, field.Bounds ?? (0, long.MaxValue)) ?? value;
        if (field.ZeroIsDefault && result == 0)
        {
            result = value;
        }
        NoteUse(node, field, result != value);
        return result;
    }

    public override int Weight(string name, int value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        long weight = node is null ? value : Number(node, (0, uint.MaxValue)) ?? value;
        return (int)Math.Clamp(weight, 1, WeightMax);
    }

    public override double Double(string name, double value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        if (node is null)
        {
            return value;
        }
        if (node.Kind != ConfigNodeKind.Number
            || !double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double result)
            || !double.IsFinite(result)
            || result < 0)
        {
            Mismatch(Problems, node, "a number of at least 0");
            return value;
        }
        if (field.Bounds is { } bounds && (result < bounds.Min || result > bounds.Max))
        {
            Problems.Error(
                node, "out of range", ConfigProblems.Show(node), $"a number from {bounds.Min} to {bounds.Max}");
            return value;
        }
        return result;
    }

    public override IReadOnlyList<int> Ints(
        string name, IReadOnlyList<int> value, string doc, Field field = default)
    {
        ConfigNode? node = TakeArray(name, field);
        return node is null ? value : [.. node.Items.Select(item => (int)(Number(item, (0, int.MaxValue)) ?? 0))];
    }

    public override TimeSpan Duration(string name, TimeSpan value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        TimeSpan result = node is null ? value : ToDuration(node, field.NegativeIsForEver) ?? value;
        if (field.ZeroIsDefault && result == TimeSpan.Zero)
        {
            result = value;
        }
        NoteUse(node, field, result != value);
        return result;
    }

    public override TimeSpan? OptionalDuration(string name, TimeSpan? value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        NoteUse(node, field, true);
        return node is null ? value : ToDuration(node) ?? value;
    }

    public override TimeSpan? DurationOrNanoseconds(string name, TimeSpan? value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        if (node is { Kind: ConfigNodeKind.Number })
        {
            return Number(node, (0, long.MaxValue)) is { } nanoseconds
                ? GoDuration.FromNanoseconds(nanoseconds)
                : value;
        }
        return node is null ? value : ToDuration(node) ?? value;
    }

    public override long ByteSize(string name, long value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        if (node is null)
        {
            return value;
        }
        long result = value;
        bool isGood = node.Kind is ConfigNodeKind.String or ConfigNodeKind.Number
            && ByteSizeText.TryParse(node.Text, out result);
        if (!isGood)
        {
            Mismatch(Problems, node, "a size such as \"10MB\" (B, KB, MB, GB, TB, PB)");
            return value;
        }
        NoteUse(node, field, result != value);
        return result;
    }

    public override int Processor(string name, int value, string doc, Field field = default)
    {
        const string Expected = "a whole number, or \"auto\"";
        ConfigNode? node = Take(name, field);
        if (node is null)
        {
            return value;
        }
        if (node.Kind == ConfigNodeKind.Number)
        {
            return (int)Math.Max(0, Number(node, (int.MinValue, int.MaxValue)) ?? 0);
        }
        if (node.Kind != ConfigNodeKind.String)
        {
            Mismatch(Problems, node, Expected);
            return value;
        }
        if (int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count))
        {
            return Math.Max(0, count);
        }
        if (node.Text.Length > 0 && !string.Equals(node.Text, "auto", StringComparison.OrdinalIgnoreCase))
        {
            Problems.Warning(node, "taken as \"auto\"", ConfigProblems.Show(node), Expected);
        }
        return 0;
    }

    public override LogRollerConfig? LogRoller(
        string name, LogRollerConfig? value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        if (node is null || Text(node) is not { Length: > 0 } text)
        {
            return value;
        }
        if (!LogRollerConfig.TryParse(text, out LogRollerConfig? roller, out string? error))
        {
            Problems.Error(node, $"bad log roller: {error}", ConfigProblems.Show(node));
            return value;
        }
        return roller;
    }

    public override NetworkAddress? Address(
        string name, NetworkAddress? value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        if (node is null || Text(node) is not { } text)
        {
            return value;
        }
        // With network unix the path stands bare; a path cannot be mistaken for anything else.
        bool isUnix = string.Equals(_node?.Find("network")?.Text, "unix", StringComparison.OrdinalIgnoreCase);
        if (text.Length > 0 && (isUnix || text[0] is '/' or '@') && !text.StartsWith("unix:", StringComparison.Ordinal))
        {
            return NetworkAddress.FromPath(text);
        }
        if (NetworkAddress.TryParse(text, out NetworkAddress address, IsHostOfDnsCluster() ? 80 : -1))
        {
            return address;
        }
        Problems.Error(
            node, "not an address", ConfigProblems.Show(node), "ip:port, [ipv6]:port, name:port or unix:/path");
        return value;
    }

    private bool IsHostOfDnsCluster() => _node?.Parent?.Parent?.Find("type")?.Text is "STRICT_DNS" or "LOGICAL_DNS";

    private TimeSpan? ToDuration(ConfigNode node, bool mayBeNegative = false)
    {
        const string Expected = "a duration such as \"300ms\" or \"1m30s\" (ns, us, ms, s, m, h)";
        if (node.Kind is not (ConfigNodeKind.String or ConfigNodeKind.Number))
        {
            Mismatch(Problems, node, Expected);
            return null;
        }
        if (!GoDuration.TryParse(node.Text, out TimeSpan duration, out string error))
        {
            string? suggestion = error == "missing unit" && long.TryParse(node.Text, out _) ? $"{node.Text}s" : null;
            Problems.Error(node, error, ConfigProblems.Show(node), Expected, suggestion);
            return null;
        }
        if (duration < TimeSpan.Zero && !mayBeNegative)
        {
            Problems.Error(node, "a negative duration", ConfigProblems.Show(node), Expected);
            return null;
        }
        return duration;
    }

    private long? Number(ConfigNode node, (long Min, long Max) bounds)
    {
        string expected = bounds switch
        {
            (0, long.MaxValue or int.MaxValue or uint.MaxValue) => "a whole number of at least 0",
            _ => $"a whole number from {bounds.Min} to {bounds.Max}",
        };
        // MOSN carries numbers of filter settings as floating point, so 90.0 and 9e1 are whole numbers, too.
        if (node.Kind != ConfigNodeKind.Number
            || !decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
            || number != decimal.Truncate(number))
        {
            Mismatch(Problems, node, expected);
            return null;
        }
        if (number < bounds.Min || number > bounds.Max)
        {
            Problems.Error(node, "out of range", ConfigProblems.Show(node), expected);
            return null;
        }
        return (long)number;
    }

    private static bool TryBool(ConfigNode node, out bool value)
    {
        // YAML 1.1 words, which MOSN's YAML reader knows.
        bool isWord = node.IsPlain && node.Kind == ConfigNodeKind.String;
        string text = isWord ? node.Text.ToLowerInvariant() : node.Text;
        value = text == "true" || (isWord && (text is "yes" or "on" or "y"));
        return node.Kind == ConfigNodeKind.Bool || (isWord && (text is "yes" or "on" or "y" or "no" or "off" or "n"));
    }
}
