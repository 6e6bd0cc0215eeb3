using System.Collections.Frozen;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Routing;

/// <summary>
/// What to do with the requests of one rule. Immutable but for its random numbers, which each loop has for itself; every
/// method runs on the request's loop and allocates nothing, except for a rewrite by pattern that refers to groups.
/// </summary>
internal sealed class Route
{
    public required RouteKind Kind { get; init; }

    /// <summary>As configured; empty: it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Milliseconds that the exchange may take; 0: for ever.</summary>
    public required long TimeoutMs { get; init; }

    /// <summary>Milliseconds in which no byte of a body moves, after which the exchange ends; 0: only the others count.</summary>
    public long IdleTimeoutMs { get; init; }

    /// <summary>Most milliseconds for a gRPC call, and those of one that sets no time; 0: what the call says.</summary>
    public long GrpcTimeoutMsMax { get; init; }

    /// <summary>Protocols that a request may change to, in lower case.</summary>
    public byte[][] Upgrades { get; init; } = [];

    /// <summary>What becomes of CONNECT.</summary>
    public ConnectMode Connect { get; init; }

    /// <summary>Milliseconds in which no byte moves through a tunnel, after which it ends.</summary>
    public long TunnelIdleMs { get; init; }

    /// <summary>For logs and filters.</summary>
    public required string VirtualHostName { get; init; }

    internal required ClusterChoice Clusters { get; init; }

    /// <summary>Of the route, its virtual host and the router configuration, in this order.</summary>
    internal required HeaderEdits[] RequestEdits { get; init; }

    /// <inheritdoc cref="RequestEdits"/>
    internal required HeaderEdits[] ResponseEdits { get; init; }

    internal HostRewrite? HostRewrite { get; init; }

    internal IPathRewrite? PathRewrite { get; init; }

    internal Redirect? Redirect { get; init; }

    internal DirectReply? DirectReply { get; init; }

    /// <summary>Compiled <c>per_filter_config</c> of the route and its virtual host, by filter type.</summary>
    internal FrozenDictionary<string, object> FilterSettings { get; init; } = FrozenDictionary<string, object>.Empty;

    /// <summary>What the route, or else its virtual host, says about a stream filter; null: nothing.</summary>
    public object? SettingsOf(string filterType) =>
        FilterSettings.Count == 0 ? null : FilterSettings.GetValueOrDefault(filterType);

    /// <summary>Whose bounds in the cluster count.</summary>
    public RoutingPriority Priority { get; init; }

    /// <summary>When a request is sent again.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Copies of requests; null: none. They are made where the <c>mirror</c> filter is configured.</summary>
    public MirrorPolicy? Mirror { get; init; }

    /// <summary>The protocol that is spoken with the cluster, as configured; null: the cluster's, or else that of the client.</summary>
    public StreamProtocol? UpstreamProtocol { get; init; }

    internal HashPolicy? Hash { get; init; }

    /// <summary>Whether a request may change to a protocol.</summary>
    /// <param name="protocol">In lower case.</param>
    public bool AllowsUpgrade(ReadOnlySpan<byte> protocol)
    {
        foreach (byte[] allowed in Upgrades)
        {
            if (protocol.SequenceEqual(allowed))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// The cluster of one request, drawn by weight if there are several: ask once, so that a second try stays with it.
    /// </summary>
    public RouteCluster PickCluster(StreamContext stream) => Clusters.Pick(stream);

    /// <summary>True if the route has an answer of its own, or a cluster with a host that may be used.</summary>
    public bool IsUsable(StreamContext stream) => Kind != RouteKind.Forward || Clusters.HasUsableHost(stream);

    /// <summary>What consistent hashing is computed from; null: there is no policy, or the request lacks what it names.</summary>
    public ulong? HashOf(StreamContext stream) => Hash?.HashOf(stream);

    /// <summary>Changes headers, host and path of the request as configured. Once for each request.</summary>
    public void PrepareRequest(StreamContext stream)
    {
        RequestHead request = stream.Request;
        foreach (HeaderEdits edits in RequestEdits)
        {
            edits.Apply(stream, request.Headers);
        }
        HostRewrite?.Apply(request);
        PathRewrite?.Apply(request);
    }

    /// <summary>Changes what depends on the chosen host, once for each try.</summary>
    public void PrepareTry(StreamContext stream, Host host) => HostRewrite?.Apply(stream, host);

    /// <summary>Changes the headers of the response as configured, whoever made it. Once for each response.</summary>
    public void PrepareResponse(StreamContext stream, ResponseHead response)
    {
        foreach (HeaderEdits edits in ResponseEdits)
        {
            edits.Apply(stream, response.Headers);
        }
        Hash?.AddTo(response, stream);
    }

    /// <summary>The answer of a redirect or direct response: fills in status and headers, framing excepted.</summary>
    /// <param name="response">Empty.</param>
    /// <returns>The body, may be empty; nobody changes it.</returns>
    public ReadOnlyMemory<byte> Answer(StreamContext stream, ResponseHead response)
    {
        if (DirectReply is not null)
        {
            return DirectReply.Answer(response);
        }
        Check.That(Redirect is not null);
        Redirect.Answer(stream.Request, response);
        return default;
    }
}
