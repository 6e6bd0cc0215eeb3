namespace Mosn.Proxy.Config;

/// <summary>How a configuration is read.</summary>
public sealed record ConfigLoadOptions
{
    /// <summary>Unknown keys are errors instead of warnings.</summary>
    public bool IsStrict { get; init; }

    /// <summary>What relative dynamic directories are relative to. Empty: the working directory, as in MOSN.</summary>
    public string BaseDirectory { get; init; } = "";
}
