using Mosn.Proxy.Observability;
using Mosn.Xds;

namespace Mosn.Cli;

/// <summary>What the command line and the environment say about a start.</summary>
internal sealed record StartParameters
{
    /// <summary>Empty: MOSN's default file when it is there, else the built-in configuration.</summary>
    public string ConfigFile { get; init; } = "";

    /// <summary>As given, e.g. <c>a=true,b=false</c>; not checked yet.</summary>
    public string FeatureGates { get; init; } = "";

    /// <summary>No error log is more verbose. An unknown word sets no ceiling, as in MOSN.</summary>
    public ErrorLogLevel LogCeiling { get; init; } = ErrorLogLevel.Trace;

    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(StartFlags.DrainTimeSecondsDefault);

    public XdsNodeParameters Node { get; init; } = new();
}
