using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One HTTP/2 request to a host and its response. Pooled; see <see cref="Http2ClientConnection"/>.</summary>
internal sealed class Http2ClientStream(BufferPool buffers) : Http2MessageStream(buffers), IClientStream
{
    private static readonly StreamError s_tooLarge = new(ErrorSource.Downstream, StreamErrorKind.HeadTooLarge);

    private Http2ClientConnection _client = null!;
    private StreamError? _error;
    private RequestMethodHint _hint;
    private long _writtenBefore;
    private long _readBefore;
    private bool _isReused;
    private bool _headSent;

    /// <summary>The head of an extended CONNECT that waits for the host's settings.</summary>
    private RequestHead? _heldHead;

    public bool HeadReceived { get; private set; }

    public ResponseHead Response { get; } = new();

    public StreamError? Error => _error;

    public bool IsWritable => HasRoom;

    public long ConnectionId => Connection.Id;

    public bool IsConnected => Connection.IsOpen;

    public int UnsentLength => WaitingLength;

    protected override bool IsInterim => Response.IsInterim;

    public void SendHead(RequestHead head, bool endStream)
    {
        Check.That(!_headSent);
        _headSent = true;
        _hint = head.WantsTunnel ? RequestMethodHint.Connect
            : head.KnownMethod == KnownMethod.Head ? RequestMethodHint.Head
            : RequestMethodHint.Other;
        if (endStream)
        {
            EndWithHead();
        }
        if (!head.Protocol.IsEmpty && !Session.HasPeerSettings && !Connection.IsClosed)
        {
            _heldHead = head; // RFC 8441 section 4: not before the host has said that it understands.
            _client.Hold(this);
            return;
        }
        Send(head, endStream);
    }

    public override void SendEnd(HeaderBlock? trailers)
    {
        if (trailers is not null && IsLive && !Http2HeadWriter.Fits(trailers, Session.HeadBytesMax))
        {
            Session.Reset(this, Http2ErrorCode.Cancel);
            Fail(s_tooLarge);
            return;
        }
        base.SendEnd(trailers);
    }

    private void Send(RequestHead head, bool endStream)
    {
        if (!head.Protocol.IsEmpty && Session.HasPeerSettings && !Session.PeerSettings.EnableConnectProtocol)
        {
            Fail(new StreamError(ErrorSource.Upstream, StreamErrorKind.NoTunnel));
            return;
        }
        if (Session.IsSpent || Connection.IsClosed)
        {
            // It said its goodbye between the choice of the connection and now.
            Fail(new StreamError(ErrorSource.Upstream, StreamErrorKind.Reset, SafeToRetry: true));
            return;
        }
        if (!Http2HeadWriter.Fits(head, Session.HeadBytesMax))
        {
            Fail(s_tooLarge); // The host would refuse it as well, and some hosts refuse the whole connection.
            return;
        }
        _writtenBefore = Connection.BytesWritten + Connection.OutputLength;
        _readBefore = Connection.BytesRead;
        bool isForNobody = head.Authority.IsEmpty;
        if (isForNobody)
        {
            SetHostsAddress(head);
        }
        Session.Open(this);
        Span<byte> room = Session.ReserveBlock(Http2HeadWriter.MaxLength(head));
        int length = Http2HeadWriter.WriteRequest(Session.Encoder, head, "http"u8, room[Http2FrameHeader.Size..]);
        Session.CommitBlock(this, room, length, endStream);
        if (isForNobody)
        {
            head.Headers.Remove(KnownHeader.Host); // The next try may go to another host.
        }
    }

    /// <summary>A client of HTTP/1.0 need not say whom a request is for; most servers of HTTP/2 insist on it.</summary>
    private void SetHostsAddress(RequestHead head)
    {
        Span<byte> address = stackalloc byte[128];
        address = address[..Connection.RemoteAddress.Format(address)];
        if (!head.TrySetAuthority(address))
        {
            head.SetAuthority("localhost"u8); // A Unix socket.
        }
    }

    public void Release()
    {
        if (_heldHead is not null)
        {
            _heldHead = null;
            _client.Unhold(this);
        }
        bool isUnanswered = IsLive && !HeadReceived && _error is null && Connection.BytesRead == _readBefore;
        bool sendsOn = Response.HasUpgrade && IsRemoteEnded && IsEnding && IsLive; // The last words of a tunnel.
        MarkReleased();
        if (!sendsOn)
        {
            DropWaiting();
            Session.Reset(this, Http2ErrorCode.Cancel);
        }
        Http2ClientConnection client = _client;
        TryRecycle();
        client.OnReleased(isUnanswered);
    }

    internal void Begin(Http2ClientConnection client, IStreamOwner owner, bool isReused)
    {
        Begin(client);
        _client = client;
        Owner = owner;
        _isReused = isReused;
        Incoming.Start(bytesMax: 0);
    }

    /// <summary>The host's settings are there.</summary>
    internal void OnSettings()
    {
        if (_heldHead is { } head)
        {
            _heldHead = null;
            Send(head, endStream: false);
        }
    }

    /// <summary>The connection stands.</summary>
    internal void OnConnected() => Owner?.OnActivity();

    internal override void OnConnectionClosed(ConnectionEvent what)
    {
        if (IsReleased)
        {
            DropWaiting();
            TryRecycle();
            return;
        }
        if (_error is not null || (HeadReceived && IsRemoteEnded && !Response.HasUpgrade))
        {
            return;
        }
        StreamErrorKind kind = what switch
        {
            ConnectionEvent.ConnectFailed => StreamErrorKind.ConnectFailed,
            ConnectionEvent.ConnectTimeout => StreamErrorKind.ConnectTimedOut,
            _ => StreamErrorKind.Reset,
        };
        // What waits when we end the connection ourselves is still sent, with our goodbye behind it.
        bool nothingLeft = what != ConnectionEvent.LocalClose && Connection.BytesWritten <= _writtenBefore;
        bool neverSent = kind != StreamErrorKind.Reset || !_headSent || _heldHead is not null || nothingLeft;
        Fail(new StreamError(
            ErrorSource.Upstream, kind, SafeToRetry: neverSent, OnReusedConnection: _isReused && !HeadReceived));
    }

    protected override Http2HeadStatus ReadHead(HpackDecoder decoder, ReadOnlySpan<byte> block, bool endStream)
    {
        Http2HeadStatus status =
            Http2HeadReader.ReadResponse(decoder, block, Endpoint.Options.HeadLimits, endStream, _hint, Response);
        if (status == Http2HeadStatus.Complete && Response.Status == 101)
        {
            return Http2HeadStatus.Malformed; // RFC 9113 section 8.6.
        }
        if (status == Http2HeadStatus.Complete && !Response.IsInterim)
        {
            bool isTunnel = _hint == RequestMethodHint.Connect && Response.Status is >= 200 and < 300;
            ExpectBody(Response.HasBody || isTunnel ? Response.ContentLength : 0);
        }
        return status;
    }

    protected override void OnInterim()
    {
        Owner?.OnInterim(Response);
        Response.Clear();
    }

    protected override void OnHead()
    {
        HeadReceived = true;
        if (IsRemoteEnded)
        {
            Incoming.End();
        }
        Owner?.OnActivity();
    }

    protected override void OnHeadTooLarge()
    {
        Session.Reset(this, Http2ErrorCode.EnhanceYourCalm);
        Fail(new StreamError(ErrorSource.Upstream, StreamErrorKind.Malformed));
    }

    protected override void OnEnd(Http2StreamEnd end, Http2ErrorCode code)
    {
        if (HeadReceived && IsRemoteEnded && !Response.HasUpgrade)
        {
            // RFC 9113 section 8.1: the response is whole, and only the rest of the request is not wanted.
            DropWaiting();
            Owner?.OnActivity();
            return;
        }
        if (Response.HasUpgrade && IsGoodbye(end, code))
        {
            EndTunnel();
            return;
        }
        Fail(end switch
        {
            Http2StreamEnd.Refused => new StreamError(ErrorSource.Upstream, StreamErrorKind.Reset, SafeToRetry: true),
            Http2StreamEnd.Violation => new StreamError(ErrorSource.Upstream, StreamErrorKind.Malformed),
            _ => new StreamError(ErrorSource.Upstream, StreamErrorKind.Reset, ResetCode: code),
        });
    }

    protected override void Clear()
    {
        base.Clear();
        _client = null!;
        _heldHead = null;
        _error = null;
        _writtenBefore = _readBefore = 0;
        _isReused = _headSent = false;
        HeadReceived = false;
        Response.Clear();
    }

    private void Fail(StreamError error)
    {
        _error = error;
        DropWaiting();
        if (Owner is { } owner)
        {
            owner.OnActivity();
        }
        else
        {
            TryRecycle();
        }
    }
}
