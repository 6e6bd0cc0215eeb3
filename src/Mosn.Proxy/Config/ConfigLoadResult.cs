namespace Mosn.Proxy.Config;

/// <summary>What reading a configuration came to.</summary>
/// <param name="Config">Null when the text could not be taken apart at all. Not to be used when there are errors.</param>
/// <param name="Problems">All of them, sorted by position.</param>
public sealed record ConfigLoadResult(MosnConfig? Config, IReadOnlyList<ConfigProblem> Problems)
{
    public bool HasErrors => Problems.Any(static p => p.Severity == ConfigSeverity.Error);
}
