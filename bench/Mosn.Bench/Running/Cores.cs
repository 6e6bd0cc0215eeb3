namespace Mosn.Bench.Running;

/// <summary>The cores a process is pinned to, as taskset writes them ("0", "0,1"); null: not pinned.</summary>
public readonly record struct Cores(string? List)
{
    public static Cores Unpinned => new(null);

    public int Count => List is null ? Environment.ProcessorCount : List.Split(',').Length;

    /// <summary>What to put before a command so that it runs there.</summary>
    internal string[] Prefix => List is null ? [] : ["taskset", "-c", List];

    /// <summary>
    /// What to put before a command so that it runs as soon as it has something to do, whoever else would like its core
    /// (SCHED_FIFO). Needs root.
    /// </summary>
    /// <param name="rank">Above 0; among those that are foremost the greatest runs.</param>
    internal static string[] Foremost(int rank) => ["chrt", "-f", rank.ToString()];
}
