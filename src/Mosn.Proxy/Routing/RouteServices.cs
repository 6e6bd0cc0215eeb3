using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Routing;

/// <summary>What compiled routes need from the rest of the process. Immutable.</summary>
internal sealed record RouteServices
{
    public required ClusterDirectory Clusters { get; init; }

    /// <summary>The protocol of a name that a route has given; null: the name stands for none.</summary>
    public Func<string, StreamProtocol?> UpstreamProtocol { get; init; } = static _ => null;

    public required int LoopCount { get; init; }

    /// <summary>Of times in headers.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Decides what weighted clusters draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// Compiles what a route says about one stream filter; null: the filter has no settings for routes, or is not built.
    /// </summary>
    public Func<FilterConfig, object?> FilterSettings { get; init; } = static _ => null;
}
