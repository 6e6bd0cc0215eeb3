using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Transport;

namespace Mosn.Proxy.Network;

/// <summary>A listener as it is run: compiled from its configuration, immutable.</summary>
public sealed record ListenerModel
{
    /// <summary>Unique among the listeners.</summary>
    public required string Name { get; init; }

    /// <summary>Where it listens.</summary>
    public required TransportAddress Address { get; init; }

    /// <summary>False for a virtual listener, which opens no socket.</summary>
    public bool BindsPort { get; init; } = true;

    /// <summary>How it is known where the client of a redirected connection meant to go.</summary>
    public OriginalDstMode OriginalDst { get; init; } = OriginalDstMode.None;

    /// <summary>
    /// Where no listener has the address that was meant: true takes the one on the loopback address and that port, false
    /// the one on all addresses and that port.
    /// </summary>
    public bool FallsBackToLocal { get; init; }

    /// <summary>Connections that may wait to be accepted, on each loop.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>Connections of this listener at one time; 0: no bound of its own.</summary>
    public long ConnectionsMax { get; init; }

    /// <summary>Bounds of each connection.</summary>
    public ConnectionOptions ConnectionOptions { get; init; } = new() { IdleTimeoutMs = 90_000 };

    /// <summary>The filter chain, in order.</summary>
    public required IReadOnlyList<INetworkFilterFactory> Filters { get; init; }

    /// <summary>Counters of this listener, joined to the total of all listeners.</summary>
    public required MetricGroup Metrics { get; init; }
}
