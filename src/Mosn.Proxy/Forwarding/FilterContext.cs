using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>What a stream filter sees and may do. Pooled with its stream: not to be kept. Belongs to the stream's loop.</summary>
public sealed class FilterContext
{
    private readonly ProxyStream _owner;

    internal FilterContext(ProxyStream owner, StreamContext stream)
    {
        _owner = owner;
        Stream = stream;
    }

    /// <summary>The request, and all that is known about it.</summary>
    public StreamContext Stream { get; }

    /// <summary>The loop that the stream lives on.</summary>
    public EventLoop Loop => Stream.Loop;

    /// <summary>True if nobody waits for an answer any more: a filter that waits should stop.</summary>
    public bool IsClientGone => Stream.Downstream.Error is not null;

    /// <summary>Status of the filter's own answer.</summary>
    public int ReplyStatus { get; private set; }

    /// <summary>Body of the filter's own answer; empty: none.</summary>
    public ReadOnlyMemory<byte> ReplyBody { get; private set; }

    /// <summary>Headers of the filter's own answer; to be filled before <see cref="Reply"/> is returned.</summary>
    public HeaderBlock ReplyHeaders => Stream.Downstream.LocalResponse.Headers;

    internal Route? Route { get; set; }

    /// <summary>Translates the request into what its host speaks; null: the listener has nobody who does.</summary>
    internal IMessageTranscoder? Transcoder { get; set; }

    /// <summary>The stream's filters, for one that becomes several while the stream lives.</summary>
    internal StreamFilterChain Filters => _owner.Filters;

    /// <summary>Answers the request: <c>return context.Reply(403)</c>.</summary>
    /// <param name="status">200 to 599.</param>
    /// <param name="body">Must not change until the response is sent. Empty: none.</param>
    /// <param name="flags">What logs and metrics show of it.</param>
    public FilterVerdict Reply(
        int status, ReadOnlyMemory<byte> body = default, ResponseFlags flags = ResponseFlags.None)
    {
        ReplyStatus = status;
        ReplyBody = body;
        Stream.Flags |= flags;
        return FilterVerdict.Reply;
    }

    /// <summary>Answers the request, and a gRPC call with a status of its own.</summary>
    /// <param name="status">200 to 599.</param>
    /// <param name="grpcStatus">Ok: what the HTTP status stands for.</param>
    /// <param name="flags">What logs and metrics show of it.</param>
    public FilterVerdict Reply(int status, GrpcStatus grpcStatus, ResponseFlags flags)
    {
        if (Stream.IsGrpc && grpcStatus != GrpcStatus.Ok)
        {
            ReplyHeaders.Set(KnownHeader.GrpcStatus, GrpcStatuses.TextOf(grpcStatus));
        }
        return Reply(status, flags: flags);
    }

    /// <summary>
    /// What the matched route, or else its virtual host, says about a filter; null: nothing, or no route is matched yet.
    /// </summary>
    /// <param name="filterType">As configurations name the filter.</param>
    public T? RouteSettings<T>(string filterType)
        where T : class => Route?.SettingsOf(filterType) as T;

    /// <summary>Waits. False: the client left meanwhile, or the stream ended otherwise.</summary>
    /// <param name="ms">Milliseconds. A gRPC call is held no longer than its client waits for it.</param>
    public ValueTask<bool> DelayAsync(long ms) => _owner.DelayAsync(GrpcDeadline.Cut(Stream, ms));

    /// <summary>
    /// Waits until the whole body of the request is here, in memory; it goes upstream from there. For request filters,
    /// before the host is chosen. False: it is larger than that and can no longer be forwarded, or the client left, or a
    /// filter of the body does not go on; the filter then answers or terminates.
    /// </summary>
    /// <param name="bytesMax">Bytes.</param>
    public ValueTask<bool> BufferRequestBodyAsync(int bytesMax) => _owner.BufferRequestBodyAsync(bytesMax);

    /// <summary>
    /// Has copies of the request sent to another cluster, when it is sent itself. They never slow or fail it. For request
    /// filters.
    /// </summary>
    internal void Mirror(ClusterRef cluster, int count) => _owner.Mirror(cluster, count);

    /// <summary>
    /// Sends a copy of the request to each usable host of another cluster, in place of the request, at the pace of the
    /// slowest; the filter answers afterwards. For request filters that have a route. False: a filter of the body does not
    /// go on, or the client left; the filter then answers or terminates.
    /// </summary>
    internal ValueTask<bool> BroadcastAsync(ClusterRef cluster) => _owner.BroadcastAsync(cluster);

    internal void Clear()
    {
        Route = null;
        if (Transcoder is not null)
        {
            Transcoder = null; // Which few listeners have, and a write of a reference costs more than a look.
        }
        ReplyStatus = 0;
        ReplyBody = default;
    }
}
