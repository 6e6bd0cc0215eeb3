namespace Mosn.Proxy.Forwarding;

/// <summary>The labels of the pod that the process runs in.</summary>
internal static class PodLabels
{
    /// <summary>Where Kubernetes is told to put them: lines of <c>key="value"</c>.</summary>
    public const string Path = "/etc/istio/pod/labels";

    /// <summary>Reads the file. Control side. Empty if it is not there, or cannot be read: then this is no such pod.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path)) : Parse("");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Parse("");
        }
    }

    /// <summary>Reads lines of <c>key="value"</c>; others are none.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int sign = line.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0)
            {
                labels[line[..sign].TrimEnd()] = line[(sign + 1)..].Trim().Trim('"');
            }
        }
        return labels;
    }
}
