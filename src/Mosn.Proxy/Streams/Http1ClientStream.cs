using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One HTTP/1.1 request to a host and its response. Pooled; see <see cref="Http1ClientConnection"/>.</summary>
internal sealed class Http1ClientStream : IClientStream, IStreamOwner
{
    /// <summary>Bytes of an answer that nobody wants any more and that are read nevertheless, to keep the connection.</summary>
    private const int RestBytesMax = 64 * 1024;

    private readonly Http1Body _body = new();
    private Http1ClientConnection _connection = null!;
    private IStreamOwner? _owner;
    private StreamError? _error;
    private RequestHead? _request;
    private RequestMethodHint _hint;
    private long _writtenBefore;
    private long _bodyLeft;
    private int _scanned;
    private bool _isReused;
    private bool _sendsChunks;
    private bool _headSent;
    private bool _requestEnded;
    private bool _answered;
    private bool _wantsTunnel;
    private bool _isTunnel;
    private bool _madeKey;
    private long _readBefore;

    public Connection Connection => _connection.Connection;

    public long ConnectionId => Connection.Id;

    public bool HeadReceived { get; private set; }

    public ResponseHead Response { get; } = new();

    public IMessageBody Body => _body;

    public StreamError? Error => _error ?? BodyError;

    public bool IsWritable => Connection.IsWritable;

    public bool IsConnected => Connection.IsOpen;

    public int UnsentLength => Connection.OutputLength;

    /// <summary>True if whoever asked is done, and the stream sees the rest of its answer out by itself.</summary>
    internal bool IsLeft { get; private set; }

    private StreamError? BodyError => !_body.IsBroken ? null : new StreamError(
        ErrorSource.Upstream, _body.IsTruncated ? StreamErrorKind.Truncated : StreamErrorKind.Malformed);

    public void SendHead(RequestHead head, bool endStream)
    {
        Check.That(!_headSent);
        _headSent = true;
        _hint = head.KnownMethod switch
        {
            KnownMethod.Head => RequestMethodHint.Head,
            KnownMethod.Connect => RequestMethodHint.Connect,
            _ => RequestMethodHint.Other,
        };
        _sendsChunks = head.Framing == BodyFraming.Chunked;
        _bodyLeft = Math.Max(0, head.ContentLength);
        _requestEnded = endStream;
        _wantsTunnel = head.WantsTunnel;
        bool isUpgrade = !head.Protocol.IsEmpty;
        if (isUpgrade)
        {
            _request = head;
            MakeKey(head);
            head.Headers.Set(KnownHeader.Upgrade, head.Protocol);
        }
        Span<byte> room = Connection.Reserve(Http1HeadWriter.MaxLength(head));
        Connection.Commit(room[..Http1HeadWriter.Write(head, new Http1WriteOptions(Upgrade: isUpgrade), room)]);
    }

    public void SendBody(BufferSlice slice)
    {
        if (slice.Length == 0)
        {
            return; // An empty chunk would end the body.
        }
        if (!_sendsChunks)
        {
            CountBody(slice.Length);
            Connection.Write(slice);
            return;
        }
        Span<byte> room = Connection.Reserve(Http1ChunkWriter.HeaderBytesMax);
        Connection.Commit(room[..Http1ChunkWriter.WriteHeader(slice.Length, room)]);
        Connection.Write(slice);
        Connection.Write(Http1ChunkWriter.Trailer);
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }
        if (!_sendsChunks)
        {
            CountBody(bytes.Length);
            Connection.Write(bytes);
            return;
        }
        Span<byte> room = Connection.Reserve(Http1ChunkWriter.HeaderBytesMax);
        Connection.Commit(room[..Http1ChunkWriter.WriteHeader(bytes.Length, room)]);
        Connection.Write(bytes);
        Connection.Write(Http1ChunkWriter.Trailer);
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        if (_isTunnel && !_requestEnded)
        {
            Connection.EndOutput(); // The other direction may go on.
        }
        Check.That(_sendsChunks || _bodyLeft == 0); // As in CountBody.
        if (_sendsChunks)
        {
            Span<byte> room = Connection.Reserve(Http1ChunkWriter.MaxLastLength(trailers));
            Connection.Commit(room[..Http1ChunkWriter.WriteLast(trailers, room)]);
        }
        _requestEnded = true;
    }

    public void Release() => End();

    public void Abandon()
    {
        // What has not left yet is not to leave any more.
        bool isAsked = _headSent && _requestEnded && !_wantsTunnel && Connection.IsOpen && Connection.OutputLength == 0;
        bool isAnswered = HeadReceived && _body.IsEnded;
        if (!isAsked || isAnswered || Error is not null || Connection.InputEnded || !_connection.MayFinish())
        {
            End();
            return;
        }
        IsLeft = true;
        _readBefore = Connection.BytesRead;
        _owner = this;
        _connection.OnLeft();
        DropRest();
    }

    void IStreamOwner.OnActivity() => DropRest();

    internal void Begin(Http1ClientConnection connection, IStreamOwner owner, bool isReused)
    {
        _connection = connection;
        _owner = owner;
        _isReused = isReused;
        _writtenBefore = connection.Connection.BytesWritten;
    }

    internal void OnInput()
    {
        if (!_answered && Connection.BytesWritten == _writtenBefore)
        {
            // Nothing of this request has left: nobody can have answered it.
            Fail(StreamErrorKind.Reset);
            return;
        }
        _answered = true;
        if (IsLeft && Connection.BytesRead - _readBefore > RestBytesMax)
        {
            End();
            return;
        }
        if (!HeadReceived)
        {
            ParseHead();
        }
        else if (!_body.IsEnded)
        {
            _owner!.OnActivity();
        }
    }

    internal void OnEndOfInput()
    {
        if (!HeadReceived)
        {
            Fail(_answered ? StreamErrorKind.Truncated : StreamErrorKind.Reset);
        }
        else if (!_body.IsEnded)
        {
            _owner!.OnActivity();
        }
    }

    internal void OnWritable() => _owner?.OnActivity();

    internal void OnConnectionClosed(ConnectionEvent what)
    {
        if (_error is not null || (HeadReceived && _body.IsEnded && !_isTunnel))
        {
            return;
        }
        Fail(what switch
        {
            ConnectionEvent.ConnectFailed => StreamErrorKind.ConnectFailed,
            ConnectionEvent.ConnectTimeout => StreamErrorKind.ConnectTimedOut,
            _ => StreamErrorKind.Reset,
        });
    }

    /// <summary>The rest of the answer has not come in its time.</summary>
    internal void OnRestLate()
    {
        if (IsLeft)
        {
            End();
        }
    }

    internal void Clear()
    {
        _connection = null!;
        _owner = null;
        _error = null;
        _scanned = 0;
        _isReused = _sendsChunks = _headSent = _requestEnded = _answered = _wantsTunnel = _isTunnel = _madeKey = false;
        _request = null;
        HeadReceived = IsLeft = false;
        Response.Clear();
        _body.Start(null!, BodyFraming.None, 0, Http1Limits.Default);
    }

    private void DropRest()
    {
        while (HeadReceived && _body.TryRead(out _))
        {
            // Nobody wants it.
        }
        bool isWorthLess = HeadReceived && (!Response.KeepAlive || Response.ContentLength - _body.BytesRead > RestBytesMax);
        if (Error is not null || isWorthLess || (HeadReceived && _body.IsEnded))
        {
            End();
        }
    }

    private void End()
    {
        // An upstream that answered before it had the whole request may read the rest as the next one.
        bool isReusable = _headSent
            ? HeadReceived && _body.IsEnded && _requestEnded && Error is null
                && Response.KeepAlive && Connection.IsOpen && !Connection.InputEnded
                && Connection.Input.Length == 0 && Connection.OutputLength == 0
            : Error is null && !Connection.IsClosed && !Connection.InputEnded && Connection.Input.Length == 0;
        // Of a tunnel that one end broke, the other must not believe that it has seen all.
        ConnectionCloseKind kind = !_isTunnel && (HeadReceived || !_wantsTunnel) ? ConnectionCloseKind.NoFlush
            : _requestEnded ? ConnectionCloseKind.Flush
            : ConnectionCloseKind.Reset;
        _connection.OnEnded(this, isReusable, kind);
    }

    /// <summary>
    /// A byte too many would be the beginning of the next request on the connection, and with one too few the next request
    /// the rest of this body: a filter that gets its lengths wrong ends the connection.
    /// </summary>
    private void CountBody(int length)
    {
        if (_isTunnel)
        {
            return;
        }
        _bodyLeft -= length;
        Check.That(_bodyLeft >= 0);
    }

    private void ParseHead()
    {
        ReadBuffer input = Connection.Input;
        while (input.Length > 0 && !HeadReceived)
        {
            Http1ParseResult result =
                Http1ResponseParser.Parse(input.Unread, _scanned, Http1Limits.Default, _hint, Response);
            if (result.Status == DecodeStatus.NeedMore)
            {
                _scanned = input.Length;
                return;
            }
            if (result.Status == DecodeStatus.Malformed || (Response.Status == 101 && !IsAgreed()))
            {
                Fail(StreamErrorKind.Malformed);
                return;
            }
            _scanned = 0;
            input.Consume(result.Length);
            Http1Hops.StripResponse(Response.Headers);
            if (Response.IsInterim)
            {
                _owner!.OnInterim(Response);
                Response.Clear();
                continue;
            }
            HeadReceived = true;
            _isTunnel = Response.HasUpgrade;
            BodyFraming framing = _isTunnel ? BodyFraming.UntilClose : Response.Framing;
            _body.Start(Connection, framing, Response.ContentLength, Http1Limits.Default);
            _owner!.OnActivity(); // The last step: the stream may be released and in use again when this returns.
            return;
        }
    }

    /// <summary>
    /// A client of HTTP/2 sends no key of WebSocket's, but a host of HTTP/1 wants one. It proves nothing but that the host
    /// speaks the protocol, so it need not be a secret.
    /// </summary>
    private void MakeKey(RequestHead head)
    {
        _madeKey = head.Version == HttpVersion.Http2 && head.Protocol.SequenceEqual(WebSocketHandshake.ProtocolName);
        if (_madeKey)
        {
            SplitMix64 random = new((ulong)Connection.Loop.NowNs ^ ((ulong)Connection.Id << 32));
            Span<byte> key = stackalloc byte[WebSocketHandshake.KeyLength];
            WebSocketHandshake.WriteKey(random.Next(), random.Next(), key);
            head.Headers.Set(WebSocketHandshake.KeyField, key);
        }
    }

    /// <summary>
    /// Whether a 101 is what was asked for. One that nobody asked for, or for another protocol, would have us read the host's
    /// bytes otherwise than it means them.
    /// </summary>
    private bool IsAgreed()
    {
        if (_request is not { } request || !Http1Upgrade.IsAgreed(Response.Headers, request.Protocol))
        {
            return false;
        }
        if (!_madeKey)
        {
            return true; // Between two ends of HTTP/1 the client looks at the answer to its key.
        }
        Span<byte> expected = stackalloc byte[WebSocketHandshake.AcceptLength];
        request.Headers.TryGet(WebSocketHandshake.KeyField, out ReadOnlySpan<byte> key);
        WebSocketHandshake.WriteAccept(key, expected);
        return Response.Headers.TryGet(WebSocketHandshake.AcceptField, out ReadOnlySpan<byte> accept)
            && accept.SequenceEqual(expected)
            && Response.Headers.Remove(WebSocketHandshake.AcceptField) == 1;
    }

    private void Fail(StreamErrorKind kind)
    {
        bool neverSent = kind is StreamErrorKind.ConnectFailed or StreamErrorKind.ConnectTimedOut
            || Connection.BytesWritten == _writtenBefore;
        _error = new StreamError(
            ErrorSource.Upstream,
            kind,
            SafeToRetry: neverSent,
            OnReusedConnection: _isReused && !_answered && kind == StreamErrorKind.Reset);
        _owner!.OnActivity();
    }
}
