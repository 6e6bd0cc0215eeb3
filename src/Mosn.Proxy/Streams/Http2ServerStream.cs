using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One HTTP/2 request and its response. Pooled; see <see cref="Http2ServerConnection"/>.</summary>
internal sealed class Http2ServerStream(BufferPool buffers) : Http2MessageStream(buffers), IServerStream
{
    /// <summary>
    /// Milliseconds. To give up a call costs us a connection to a slow host of HTTP/1, 70 µs to end it and make the next one: a
    /// connection of a hundred streams that gives up all of them so often takes a tenth of a core.
    /// </summary>
    private const int DeadlineMsMin = 100;

    private Http2ServerConnection _server = null!;
    private StreamError? _error;
    private bool _headSent;

    public StreamProtocol Protocol => StreamProtocol.Http2;

    public RequestHead Request { get; } = new();

    public ResponseHead LocalResponse { get; } = new();

    public StreamError? Error =>
        _error ?? (Incoming.IsTooLarge ? new StreamError(ErrorSource.Downstream, StreamErrorKind.TooLarge) : null);

    public bool IsWritable => HasRoom;

    /// <summary>True while the request has not begun, see <see cref="Http2WaitingRequests"/>.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>The one before it of those that wait.</summary>
    internal Http2ServerStream? WaitsAfter { get; set; }

    /// <summary>The one after it.</summary>
    internal Http2ServerStream? WaitsBefore { get; set; }

    /// <summary>True once both sides send whatever they like.</summary>
    internal bool IsTunnel { get; private set; }

    /// <summary>
    /// True once the client may be silent for as long as the host likes it: in the middle of a conversation, whatever it
    /// speaks, and in a call of gRPC from its beginning.
    /// </summary>
    internal bool IsConversation => IsTunnel || _headSent || GrpcHeaders.IsGrpc(Request.Headers);

    /// <summary>When the pace of the body was last looked at, in the loop's milliseconds.</summary>
    internal long PaceMs { get; set; }

    /// <summary>Bytes that had been received and pulled then.</summary>
    internal long PaceBytes { get; set; }

    public bool Takes(ResponseHead head) => Http2HeadWriter.Fits(head, Session.HeadBytesMax);

    public bool Takes(HeaderBlock trailers) => Http2HeadWriter.Fits(trailers, Session.HeadBytesMax);

    public void SetOwner(IStreamOwner owner) => Owner = owner;

    public void SendInterim(ResponseHead head)
    {
        // What waits for nobody to read it, or is too large, is dropped, but for the one that a client waits for.
        bool isAwaited = head.Status == 100 && Request.ExpectContinue;
        if (!IsLive || _headSent || !(isAwaited || (Connection.IsWritable && Takes(head))))
        {
            return;
        }
        WriteHead(head, endStream: false);
        if (head.Status == 100)
        {
            Request.ExpectContinue = false;
        }
    }

    public void SendHead(ResponseHead head, bool endStream)
    {
        Check.That(!_headSent);
        _headSent = true;
        if (head.HasUpgrade)
        {
            BeginTunnel(head);
        }
        if (Request.KnownMethod == KnownMethod.Head)
        {
            head.SetFraming(BodyFraming.None, head.Framing == BodyFraming.UntilClose ? -1 : head.ContentLength);
            endStream = true;
        }
        if (endStream)
        {
            EndWithHead();
        }
        if (IsLive)
        {
            WriteHead(head, endStream);
        }
    }

    public void Reset()
    {
        DropWaiting();
        Session.Reset(this, Http2ErrorCode.InternalError);
    }

    public void Release()
    {
        MarkReleased();
        if (!IsEnding)
        {
            Session.Reset(this, Http2ErrorCode.InternalError);
        }
        else if (IsLocalEnded)
        {
            EndRequest();
        }
        _server.OnReleased(isAnswered: _error is null);
        TryRecycle();
    }

    /// <summary>No request came of it.</summary>
    internal void Discard()
    {
        MarkReleased();
        TryRecycle();
    }

    internal void Begin(Http2ServerConnection server)
    {
        Begin((Http2Endpoint)server);
        _server = server;
        PaceMs = server.Connection.Loop.NowMs;
        Incoming.Start(server.Settings.RequestBodyBytesMax);
    }

    /// <summary>
    /// The response is sent. What is still to come of the request is of no use to anybody (RFC 9113 section 8.1).
    /// </summary>
    internal void EndRequest()
    {
        if (IsReleased)
        {
            Session.Reset(this, Http2ErrorCode.NoError);
        }
    }

    /// <summary>The client is too slow with its body, or with its window: the request is over.</summary>
    internal void OnTooSlow(bool isBody)
    {
        if (isBody && !_headSent)
        {
            _error = new StreamError(ErrorSource.Downstream, StreamErrorKind.TimedOut); // It gets a 408.
        }
        else
        {
            _error = new StreamError(ErrorSource.Downstream, StreamErrorKind.Reset);
            DropWaiting();
            Session.Reset(this, Http2ErrorCode.Cancel);
        }
        AfterEnd();
    }

    internal override void OnConnectionClosed(ConnectionEvent what)
    {
        _error ??= new StreamError(ErrorSource.Downstream, StreamErrorKind.Reset);
        DropWaiting();
        AfterEnd();
    }

    protected override Http2HeadStatus ReadHead(HpackDecoder decoder, ReadOnlySpan<byte> block, bool endStream)
    {
        Http2HeadStatus status =
            Http2HeadReader.ReadRequest(decoder, block, Endpoint.Options.HeadLimits, endStream, Request);
        if (status == Http2HeadStatus.Complete)
        {
            ExpectBody(Request.ContentLength);
            ExpectDeadline();
        }
        return status;
    }

    /// <summary>
    /// A client of gRPC resets its call when the time that it gave it is up, and if a host hangs it so ends all of them: that is
    /// no attack. Its clock started a little earlier than ours.
    /// </summary>
    private void ExpectDeadline()
    {
        if (Request.Headers.TryGet(KnownHeader.GrpcTimeout, out ReadOnlySpan<byte> text)
            && GrpcTimeout.TryParse(text, out long ms) && ms >= DeadlineMsMin)
        {
            ExpectPatience(ms / 4 * 3);
        }
    }

    protected override void OnHead()
    {
        if (IsRemoteEnded)
        {
            Incoming.End();
        }
        _server.OnRequest(this);
    }

    protected override void OnHeadTooLarge() => _server.Reject(this, 431);

    protected override void OnEnd(Http2StreamEnd end, Http2ErrorCode code)
    {
        if (IsTunnel && IsGoodbye(end, code))
        {
            EndTunnel();
            return;
        }
        if (!_headSent && !IsWaiting)
        {
            _server.OnBrokenOff();
        }
        _error ??= new StreamError(
            ErrorSource.Downstream,
            end == Http2StreamEnd.Violation ? StreamErrorKind.Malformed : StreamErrorKind.Reset);
        DropWaiting();
        AfterEnd();
    }

    protected override void Clear()
    {
        base.Clear();
        _server = null!;
        _error = null;
        _headSent = IsTunnel = false;
        Request.Clear();
        LocalResponse.Clear();
    }

    /// <summary>What HTTP/1 says with a 101 is here a 2xx to CONNECT (RFC 8441 section 5).</summary>
    private void BeginTunnel(ResponseHead head)
    {
        IsTunnel = true;
        head.SetFraming(BodyFraming.None);
        if (head.Status == 101)
        {
            head.SetStatus(200);
        }
        Incoming.Start(bytesMax: 0);
    }

    /// <summary>The owner looks at what happened; without one nobody does.</summary>
    private void AfterEnd()
    {
        if (IsWaiting)
        {
            _server.Withdraw(this);
        }
        else if (Owner is { } owner)
        {
            owner.OnActivity();
        }
        else
        {
            TryRecycle();
        }
    }

    private void WriteHead(ResponseHead head, bool endStream)
    {
        Span<byte> room = Session.ReserveBlock(Http2HeadWriter.MaxLength(head));
        int length = Http2HeadWriter.WriteResponse(Session.Encoder, head, room[Http2FrameHeader.Size..]);
        Session.CommitBlock(this, room, length, endStream);
    }
}
