namespace Mosn.Proxy.Config;

/// <summary>What reading one object of a configuration came to.</summary>
/// <param name="Value">Null if there are errors.</param>
/// <param name="Problems">All of them, warnings too, sorted by position.</param>
internal sealed record ConfigPart<T>(T? Value, IReadOnlyList<ConfigProblem> Problems)
    where T : class;
