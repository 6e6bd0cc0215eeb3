using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Forwarding;

/// <summary>A <c>tcp_proxy</c> network filter as it is run: compiled from its configuration, immutable.</summary>
internal sealed record TcpProxyModel
{
    public required string ListenerName { get; init; }

    /// <summary>Chooses the cluster of a connection, on its loop.</summary>
    public required ITcpRoute Route { get; init; }

    /// <summary>Milliseconds without a byte in either direction; 0: the listener's idle timeout alone counts.</summary>
    public long IdleTimeoutMs { get; init; }

    public required IReadOnlyList<TcpAccessLog> AccessLogs { get; init; }

    /// <summary>Counters of the listener.</summary>
    public required MetricGroup Listener { get; init; }

    /// <summary>Counters of all listeners together.</summary>
    public required MetricRegistry Metrics { get; init; }
}

/// <summary>An access log of connections.</summary>
internal sealed record TcpAccessLog(AccessLogSink Sink, AccessLogFormat<TcpSession> Format);

/// <summary>Chooses the cluster that a connection is relayed to.</summary>
internal interface ITcpRoute
{
    /// <summary>The cluster; null: none is for this connection.</summary>
    ClusterRef? Pick(TcpSession session);
}
