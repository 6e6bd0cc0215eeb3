using Mosn.Protocols.Detection;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Streams;

/// <summary>
/// Looks whether a connection speaks a protocol. Pure: keeps nothing, consumes nothing. Says More only for as long as some
/// hundred bytes may still decide it.
/// </summary>
/// <param name="alpn">What the TLS handshake settled; empty: nothing, or no TLS.</param>
/// <param name="start">All that has come so far; may be empty if <paramref name="alpn"/> is not.</param>
internal delegate ProtocolMatch ProtocolMatcher(string alpn, ReadOnlySpan<byte> start);

/// <summary>What the server side of a protocol is made from, once for each proxy filter of a configuration.</summary>
/// <param name="Config">The filter's settings of protocols.</param>
/// <param name="LoopCount">How many loops will have connections.</param>
/// <param name="Seed">Decides whatever the protocol draws.</param>
/// <param name="Metrics">All counters.</param>
internal sealed record ServerProtocolServices(
    ProtocolSettingsConfig Config, int LoopCount, ulong Seed, MetricRegistry Metrics);

/// <summary>Makes the server side of a protocol. Control side.</summary>
internal delegate IServerProtocol ServerProtocolBuilder(ServerProtocolServices services);

/// <summary>One protocol that this binary can speak with clients.</summary>
/// <param name="Name">As configurations call it.</param>
internal sealed record ProtocolEntry(string Name, ProtocolMatcher Match, ServerProtocolBuilder Build);

/// <summary>
/// The protocols that this binary can speak with clients, by the names that configurations use. Filled in the composition
/// root; the order in which they were added is the one in which <c>Auto</c> tries them.
/// </summary>
internal sealed class ProtocolRegistry
{
    private readonly List<ProtocolEntry> _all = [];

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<ProtocolEntry> All => _all;

    /// <summary>In the same order.</summary>
    public IReadOnlyCollection<string> Names => [.. _all.Select(static protocol => protocol.Name)];

    /// <summary>Adds a protocol. Its name is new: a duplicate is a bug in the composition.</summary>
    public ProtocolRegistry Add(string name, ProtocolMatcher match, ServerProtocolBuilder build)
    {
        Check.That(Find(name) is null);
        _all.Add(new ProtocolEntry(name, match, build));
        return this;
    }

    /// <summary>Null if this binary does not know it.</summary>
    public ProtocolEntry? Find(string name) => _all.Find(protocol => protocol.Name == name);
}
