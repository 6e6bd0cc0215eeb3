using Mosn.Xds;

namespace Mosn.Cli;

/// <summary>What the command line and the environment say about a start.</summary>
internal sealed record StartParameters
{
    /// <summary>Empty: MOSN's default file when it is there, else the built-in configuration.</summary>
    public string ConfigFile { get; init; } = "";

    /// <summary>As given, e.g. <c>a=true,b=false</c>; not checked yet.</summary>
    public string FeatureGates { get; init; } = "";

    /// <summary>As given; not checked yet.</summary>
    public string LogLevel { get; init; } = "";

    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(StartFlags.DrainTimeSecondsDefault);

    public XdsNodeParameters Node { get; init; } = new();
}
