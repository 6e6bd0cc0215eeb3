using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>Who asks for a host, and what the choice may depend on. Made on the stack for each pick.</summary>
/// <param name="LoopIndex">The loop that asks; balancers keep their state per loop.</param>
/// <param name="Stream">The request; null for a connection that is relayed as bytes.</param>
internal readonly record struct PickContext(int LoopIndex, StreamContext? Stream = null)
{
    /// <summary>The client's connection, where there is no <see cref="Stream"/> that knows it.</summary>
    public Connection? Downstream { get; init; }

    /// <summary>What consistent hashing is computed from; null: no policy, or the request lacks what it names.</summary>
    public ulong? Hash { get; init; }

    /// <summary>Labels that the host must have, for subsets; null: none are asked for.</summary>
    public MetadataCriteria? Criteria { get; init; }

    /// <summary>
    /// Picks already made for this request, 0 for the first. A balancer that always gives the same host to the same
    /// request goes on from there to the next one.
    /// </summary>
    public int Attempt { get; init; }

    /// <summary>Milliseconds on the loops' clock; 0 only in tests of balancers that do not look at the time.</summary>
    public long NowMs { get; init; }
}
