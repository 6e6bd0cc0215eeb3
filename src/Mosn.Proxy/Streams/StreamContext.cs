using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>
/// What filters, logs and variables know about one request: typed and pooled. MOSN's named variables are a view onto it.
/// </summary>
/// <remarks>Owned by the stream's driver, valid until the access log record is written. Times are the loop's nanoseconds.</remarks>
public sealed class StreamContext
{
    /// <summary>Bytes that <see cref="Clear"/> keeps for the next request's host; a longer one is a client's whim.</summary>
    private const int AuthorityBytesKeptMax = 256;

    private Dictionary<string, string>? _hostLabels;
    private byte[] _authority = [];
    private int _authorityLength = -1;

    /// <summary>The client's half of the stream.</summary>
    public IServerStream Downstream { get; private set; } = null!;

    /// <summary>The loop that the request lives on.</summary>
    public EventLoop Loop { get; private set; } = null!;

    /// <summary>The request.</summary>
    public RequestHead Request { get; private set; } = null!;

    /// <summary>The frame that the request came in; null: it came in HTTP. A transcoder leaves it.</summary>
    public FrameHead? ReceivedFrame { get; private set; }

    /// <summary>The response that the client gets: the upstream's or our own; null until it begins.</summary>
    public ResponseHead? Response { get; set; }

    /// <summary>The fields after the response's body, once it is whole; null: none.</summary>
    public HeaderBlock? Trailers { get; set; }

    /// <summary>The client does not get them: a filter of the body has put what they say into the body.</summary>
    public bool HidesTrailers { get; set; }

    /// <summary>True for a gRPC call, which is answered in kind. A filter that makes a request one says so here.</summary>
    public bool IsGrpc { get; set; }

    /// <summary>
    /// How a gRPC call ended: a <see cref="Protocols.Grpc.GrpcStatus"/>, or a number of the server's own; null: not known yet,
    /// or no call.
    /// </summary>
    public int? GrpcStatus { get; set; }

    /// <summary>Unique in the loop, and together with the connection's id in the process.</summary>
    public long StreamId { get; private set; }

    /// <summary>The listener that accepted the connection.</summary>
    public string ListenerName { get; private set; } = "";

    /// <summary>What the listener's configuration calls it: ingress or egress; empty: nothing.</summary>
    public string ListenerType { get; set; } = "";

    /// <summary>When the request's head was whole.</summary>
    public long StartNs { get; private set; }

    /// <summary>Wall clock at <see cref="StartNs"/>, in ticks of <see cref="DateTime"/>, UTC.</summary>
    public long StartUtcTicks { get; private set; }

    /// <summary>When the whole request was handed to the upstream connection; 0 if it never was.</summary>
    public long RequestSentNs { get; set; }

    /// <summary>When the response's head came; 0 if it never did.</summary>
    public long ResponseReceivedNs { get; set; }

    /// <summary>When the exchange was over.</summary>
    public long FinishedNs { get; set; }

    /// <summary>
    /// Nanoseconds that the proxy itself took: until the request was sent, and from the response to the end. 0 for a
    /// reply of our own to a request that was never sent, as in MOSN.
    /// </summary>
    public long ProcessNs
    {
        get
        {
            long untilSent = RequestSentNs == 0 ? 0 : Math.Max(0, RequestSentNs - StartNs);
            return ResponseReceivedNs == 0 ? untilSent : untilSent + Math.Max(0, FinishedNs - ResponseReceivedNs);
        }
    }

    /// <summary>Body bytes from the client.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Body bytes to the client.</summary>
    public long BytesSent { get; set; }

    /// <summary>Status of the response; 0 if there was none.</summary>
    public int Status { get; set; }

    /// <summary>What was unusual.</summary>
    public ResponseFlags Flags { get; set; }

    /// <summary>Why the stream ended early; recorded once.</summary>
    public StreamError? Error { get; set; }

    /// <summary>The name of the route that took the request; null if it has none, and before.</summary>
    public string? RouteName { get; set; }

    /// <summary>The cluster that the route named; null before.</summary>
    public string? ClusterName { get; set; }

    /// <summary>The address of the chosen host; of kind None before.</summary>
    public TransportAddress UpstreamAddress { get; set; }

    /// <summary>The chosen host's name, as configured; null if it has none.</summary>
    public string? UpstreamHostName { get; set; }

    /// <summary>Id of the connection to the host; 0 before.</summary>
    public long UpstreamConnectionId { get; set; }

    /// <summary>
    /// What the request is to be sent in, whatever route and cluster say; null: they decide (MOSN's variable
    /// <c>upstream_protocol</c>). Looked at when the first host is chosen.
    /// </summary>
    public StreamProtocol? WantedProtocol { get; set; }

    /// <summary>What the request is sent in; null before the first host is chosen.</summary>
    public StreamProtocol? UpstreamProtocol { get; internal set; }

    /// <summary>Tries made.</summary>
    public int Attempts { get; set; }

    /// <summary>
    /// Milliseconds for the whole exchange, instead of the route's; null: the route's; negative: for ever (MOSN's
    /// variable <c>proxy_global_timeout</c>). Looked at when the first host is chosen.
    /// </summary>
    public long? TimeoutMs { get; set; }

    /// <summary>Milliseconds for one try, instead of the route's (MOSN's <c>proxy_try_timeout</c>).</summary>
    public long? TryTimeoutMs { get; set; }

    /// <summary>No second try, whatever the route says (MOSN's <c>proxy_disable_retry</c>).</summary>
    public bool DisablesRetry { get; set; }

    /// <summary>
    /// Labels that the host must have, over those of the route (MOSN's <c>x-mosn-router-meta</c>); empty: none.
    /// </summary>
    public Dictionary<string, string> HostLabels => _hostLabels ??= new(StringComparer.Ordinal);

    /// <summary>
    /// The cookie that was made so that the client's next request finds the same host; null: none was. The response sets it.
    /// </summary>
    public ulong? AffinityCookie { get; set; }

    /// <summary>True if <see cref="HostLabels"/> holds any.</summary>
    public bool HasHostLabels => _hostLabels is { Count: > 0 };

    /// <summary>True once <see cref="KeepAuthority"/> was called.</summary>
    internal bool HasKeptAuthority => _authorityLength >= 0;

    /// <summary>The host as it was before a try changed it for itself.</summary>
    internal ReadOnlySpan<byte> KeptAuthority => _authority.AsSpan(0, Math.Max(0, _authorityLength));

    /// <summary>Starts a new life.</summary>
    /// <param name="loop">The loop of the downstream's connection.</param>
    public void Begin(
        IServerStream downstream, EventLoop loop, long streamId, string listenerName, long startNs, long startUtcTicks)
    {
        Downstream = downstream;
        Request = downstream.Request;
        StreamId = streamId;

        // Both are the same for every request of a pooled stream, and a write of a reference costs more than a look.
        if (loop != Loop)
        {
            Loop = loop;
        }
        if (!ReferenceEquals(listenerName, ListenerName))
        {
            ListenerName = listenerName;
        }
        if (Request.Frame is { } frame)
        {
            ReceivedFrame = frame;
        }
        IsGrpc = ReceivedFrame is null && GrpcHeaders.IsGrpc(Request.Headers);
        StartNs = startNs;
        StartUtcTicks = startUtcTicks;
    }

    /// <summary>Remembers the request's host, so that every try can begin with it.</summary>
    internal void KeepAuthority()
    {
        ReadOnlySpan<byte> authority = Request.Authority;
        if (_authority.Length < authority.Length)
        {
            _authority = new byte[authority.Length];
        }
        authority.CopyTo(_authority);
        _authorityLength = authority.Length;
    }

    /// <summary>Forgets everything, so that the object can be used again.</summary>
    public void Clear()
    {
        Downstream = null!;
        Request = null!;
        if (ReceivedFrame is not null)
        {
            ReceivedFrame = null;
        }
        Response = null;
        Trailers = null;
        IsGrpc = HidesTrailers = false;
        GrpcStatus = null;
        RequestSentNs = ResponseReceivedNs = FinishedNs = 0;
        BytesReceived = BytesSent = 0;
        Status = 0;
        Flags = ResponseFlags.None;
        Error = null;
        RouteName = null;
        ClusterName = null;
        UpstreamAddress = default;
        UpstreamHostName = null;
        UpstreamConnectionId = 0;
        WantedProtocol = UpstreamProtocol = null;
        Attempts = 0;
        TimeoutMs = TryTimeoutMs = null;
        DisablesRetry = false;
        AffinityCookie = null;
        _authorityLength = -1;
        if (_authority.Length > AuthorityBytesKeptMax)
        {
            _authority = [];
        }
        _hostLabels?.Clear();
    }
}
