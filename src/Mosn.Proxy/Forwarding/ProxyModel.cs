using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>A <c>proxy</c> network filter as it is run: compiled from its configuration, immutable.</summary>
internal sealed record ProxyModel
{
    public required string ListenerName { get; init; }

    /// <summary>What the configuration calls the listener: ingress or egress; empty: nothing.</summary>
    public string ListenerType { get; init; } = "";

    /// <summary>The named router configuration; its table may be replaced while requests run.</summary>
    public required RouterRef Router { get; init; }

    /// <summary>Chooses among the routes that take a request.</summary>
    public required IRouteHandler RouteHandler { get; init; }

    /// <summary>What clients may speak.</summary>
    public required ListenerProtocols Protocols { get; init; }

    /// <summary>What becomes of a connection that speaks none of them.</summary>
    public DetectionSettings Detection { get; init; } = new();

    public required IStreamFilterFactory[] StreamFilters { get; init; }

    public required StreamAccessLog[] AccessLogs { get; init; }

    /// <summary>For what an operator should see of the connections.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>Decides whatever the streams draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>Counters of the listener.</summary>
    public required MetricGroup Listener { get; init; }

    /// <summary>Counters of all listeners together, and of the proxy itself.</summary>
    public required MetricRegistry Metrics { get; init; }

    /// <summary>The route of a request, by the routes of this moment; null: none. On the request's loop.</summary>
    public Route? MatchRoute(StreamContext stream)
    {
        Route? route = Router.Current is { } table ? RouteHandler.Match(table, stream) : null;
        stream.RouteName = route?.Name;
        return route;
    }
}
