namespace Mosn.Proxy.Config;

/// <summary>Whether a problem stops a configuration from being used.</summary>
public enum ConfigSeverity : byte
{
    Error,
    Warning,
}

/// <summary>One thing that is wrong with a configuration, and where.</summary>
public sealed record ConfigProblem
{
    public ConfigSeverity Severity { get; init; }

    /// <summary>As the user named it; the file of a dynamic directory where it stands in one.</summary>
    public string File { get; init; } = "";

    /// <summary>From 1; 0 when the problem is with no place in the file.</summary>
    public int Line { get; init; }

    /// <summary>From 1, in UTF-16 units; 0 when there is no place.</summary>
    public int Column { get; init; }

    /// <summary>For example "servers[0].listeners[1].address"; "" for the whole file.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is wrong, without its place.</summary>
    public string Message { get; init; } = "";

    /// <summary>What stood there; null when that says nothing.</summary>
    public string? Found { get; init; }

    /// <summary>What may stand there; null when the message says it all.</summary>
    public string? Expected { get; init; }

    /// <summary>The nearest thing that would have been right; null: none is near.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The line of the file; null when there is none.</summary>
    public string? SourceLine { get; init; }
}
