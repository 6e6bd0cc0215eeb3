using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Forwarding;

/// <summary>What a request is sent in: whoever says so first, and if nobody does, what the client speaks.</summary>
internal static class ProtocolChoice
{
    /// <summary>For the request itself: filter, route, cluster, client. MOSN's order, and the cluster is ours.</summary>
    public static StreamProtocol Of(StreamContext context, Route route, Cluster cluster) =>
        IsTunnelsEnd(context, route)
            ? StreamProtocol.Raw
            : context.WantedProtocol ?? route.UpstreamProtocol ?? cluster.Current.Protocol ?? context.Downstream.Protocol;

    /// <summary>For a copy, which goes to a cluster that the route says nothing of: that cluster comes first.</summary>
    /// <param name="route">The request's.</param>
    public static StreamProtocol OfCopy(StreamContext context, Route route, Cluster cluster) =>
        context.WantedProtocol ?? cluster.Current.Protocol ?? route.UpstreamProtocol ?? context.Downstream.Protocol;

    /// <summary>
    /// Why the request cannot be sent in the protocol that was chosen; null: it can. Between the versions of HTTP nothing is
    /// missing; a frame goes on only in its own protocol.
    /// </summary>
    public static StreamError? ErrorOf(StreamContext context) =>
        context.UpstreamProtocol is null || context.Request.Frame?.Readers == context.UpstreamProtocol.Frames
            ? null
            : new StreamError(ErrorSource.Proxy, StreamErrorKind.NoTranscoder);

    private static bool IsTunnelsEnd(StreamContext context, Route route) =>
        route.Connect == ConnectMode.Terminate && context.Request.KnownMethod == KnownMethod.Connect;
}
