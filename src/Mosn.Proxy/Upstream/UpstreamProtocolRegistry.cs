using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>What the client side of a protocol is made from, once in a process.</summary>
/// <param name="LoopCount">How many loops will have connections.</param>
/// <param name="Metrics">All counters.</param>
internal sealed record UpstreamProtocolServices(int LoopCount, MetricRegistry Metrics);

/// <summary>
/// The protocols that this binary can speak to hosts, by the names that configurations use. Filled in the composition root.
/// </summary>
internal sealed class UpstreamProtocolRegistry
{
    private readonly Dictionary<StreamProtocol, Func<UpstreamProtocolServices, PoolMaker>> _builders = [];

    public IReadOnlyCollection<string> Names => 
        [.. _builders.Keys.Where(static protocol => protocol != StreamProtocol.Raw).Select(static protocol => protocol.Name)];

    /// <summary>Adds a protocol. Its name is new: a duplicate is a bug in the composition.</summary>
    /// <param name="build">Makes, once in a process, what makes its connection pools.</param>
    public UpstreamProtocolRegistry Add(StreamProtocol protocol, Func<UpstreamProtocolServices, PoolMaker> build)
    {
        Check.That(!Names.Contains(protocol.Name));
        _builders.Add(protocol, build);
        return this;
    }

    /// <summary>The protocols for one process.</summary>
    public UpstreamProtocols Build(UpstreamProtocolServices services) => new(
        _builders.Select(entry => KeyValuePair.Create(entry.Key, entry.Value(services))));
}
