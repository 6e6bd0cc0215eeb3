namespace Mosn.Bench.Proxies;

/// <summary>The builds of mosn that take part.</summary>
public static class Contestants
{
    /// <summary>Those that --mosn named, or else this repository's AOT and JIT builds, built or not.</summary>
    public static IEnumerable<Proxy> Mosn(BenchOptions options, string repositoryRoot)
    {
        if (options.MosnPaths.Count == 0)
        {
            string aot = Path.Combine(repositoryRoot, "artifacts/mosn");
            return
            [
                new MosnProxy("mosn AOT", aot, aot + "/mosn"),
                new MosnProxy(
                    "mosn JIT",
                    Path.Combine(repositoryRoot, "artifacts/jit/mosn.dll"),
                    Path.Combine(repositoryRoot, "src/Mosn.Cli/bin/Release/net10.0/mosn.dll")),
            ];
        }
        return options.MosnPaths.Select(path => new MosnProxy(Name(path), Path.GetFullPath(path)));
    }

    private static string Name(string path) =>
        (path.EndsWith(".dll", StringComparison.Ordinal) ? "mosn JIT " : "mosn AOT ") + path;
}
