namespace Mosn.Bench.Running;

/// <summary>The cores a process is pinned to, as taskset writes them ("0", "0,1"); null: not pinned.</summary>
public readonly record struct Cores(string? List)
{
    public static Cores Unpinned => new(null);

    public int Count => List is null ? Environment.ProcessorCount : List.Split(',').Length;

    /// <summary>What to put before a command so that it runs there.</summary>
    internal string[] Prefix => List is null ? [] : ["taskset", "-c", List];
}
