namespace Mosn.Bench.Proxies;

/// <summary>Stands in the tables for a client that speaks to its server itself.</summary>
public sealed class NoProxy() : Proxy("no proxy")
{
    public override string? Problem() => null;

    public override string Version() => "-";

    public override IReadOnlyList<string> Configure(ProxySetup setup) =>
        throw new BenchException("there is nothing to start");
}
