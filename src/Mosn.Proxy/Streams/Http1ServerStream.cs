using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One HTTP/1.1 request and its response. Pooled; see <see cref="Http1ServerConnection"/>.</summary>
internal sealed class Http1ServerStream : IServerStream
{
    private Http1ServerConnection _connection = null!;
    private IStreamOwner? _owner;
    private StreamError? _error;
    private BodyFraming _framing;
    private long _bodyLeft;
    private bool _headSent;
    private bool _bodiless;
    private bool _closes;
    private bool _responseEnded;
    private bool _outputEnded;

    public StreamProtocol Protocol => StreamProtocol.Http1;

    public Connection Connection => _connection.Connection;

    public RequestHead Request { get; } = new();

    public ResponseHead LocalResponse { get; } = new();

    public IMessageBody Body => RequestBody;

    public StreamError? Error => _error ?? BodyError;

    public bool IsWritable => Connection.IsWritable;

    internal Http1Body RequestBody { get; } = new();

    /// <summary>True once both sides send whatever they like.</summary>
    internal bool IsTunnel { get; private set; }

    private StreamError? BodyError => !RequestBody.IsBroken ? null : new StreamError(
        ErrorSource.Downstream, RequestBody.IsTooLarge ? StreamErrorKind.TooLarge : StreamErrorKind.Malformed);

    /// <summary>True if what is left of the request's body is known to be little, so dropping it is quick.</summary>
    private bool IsRestDroppable => Request.Framing == BodyFraming.Length && MayDropRest;

    /// <summary>True if it is on its way and may be little: of chunks nobody knows until they are here.</summary>
    private bool MayDropRest =>
        !RequestBody.IsBroken
        && (!Request.ExpectContinue || RequestBody.BytesRead > 0)
        && (Request.Framing == BodyFraming.Chunked
            || Request.ContentLength - RequestBody.BytesRead <= _connection.Settings.DrainBytesMax);

    public void SetOwner(IStreamOwner owner) => _owner = owner;

    public void SendInterim(ResponseHead head)
    {
        if (Request.Version != HttpVersion.Http11 || _headSent || Connection.IsClosed)
        {
            return;
        }
        WriteHead(head, default);
        if (head.Status == 100 && Request.ExpectContinue)
        {
            Request.ExpectContinue = false;
            _connection.OnContinue(this);
        }
    }

    public void SendHead(ResponseHead head, bool endStream)
    {
        Check.That(!_headSent);
        _headSent = true;
        if (head.HasUpgrade)
        {
            BeginTunnel(head);
            return;
        }
        bool isOld = Request.Version == HttpVersion.Http10;
        if (Request.KnownMethod == KnownMethod.Head)
        {
            _bodiless = true;
            head.SetFraming(BodyFraming.None, head.Framing == BodyFraming.UntilClose ? -1 : head.ContentLength);
        }
        else if (head.Framing == BodyFraming.UntilClose && !isOld)
        {
            head.SetFraming(BodyFraming.Chunked);
        }
        else if (head.Framing == BodyFraming.Chunked && isOld)
        {
            head.SetFraming(BodyFraming.UntilClose);
        }
        _framing = head.Framing;
        _bodyLeft = _framing == BodyFraming.Length ? head.ContentLength : 0;
        _closes = !Request.KeepAlive
            || Request.WantsTunnel // What the client may have sent for the tunnel that it does not get is no request.
            || _connection.IsDraining
            || _framing == BodyFraming.UntilClose
            || RequestBody.IsBroken
            || ((endStream || head == LocalResponse) && !RequestBody.IsEnded && !IsRestDroppable);
        WriteHead(head, new Http1WriteOptions(Close: _closes, KeepAliveToken: isOld && !_closes));
        _responseEnded = endStream;
    }

    public void SendBody(BufferSlice slice)
    {
        if (_bodiless || slice.Length == 0)
        {
            return; // An empty chunk would end the body.
        }
        if (_framing == BodyFraming.Chunked)
        {
            BeginChunk(slice.Length);
            Connection.Write(slice);
            Connection.Write(Http1ChunkWriter.Trailer);
            return;
        }
        CountBody(slice.Length);
        Connection.Write(slice);
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (_bodiless || bytes.IsEmpty)
        {
            return;
        }
        if (_framing == BodyFraming.Chunked)
        {
            BeginChunk(bytes.Length);
            Connection.Write(bytes);
            Connection.Write(Http1ChunkWriter.Trailer);
            return;
        }
        CountBody(bytes.Length);
        Connection.Write(bytes);
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        Check.That(_bodiless || _framing == BodyFraming.UntilClose || _bodyLeft == 0); // As in CountBody.
        if (_framing == BodyFraming.Chunked && !_bodiless)
        {
            Span<byte> room = Connection.Reserve(Http1ChunkWriter.MaxLastLength(trailers));
            Connection.Commit(room[..Http1ChunkWriter.WriteLast(trailers, room)]);
        }
        if (IsTunnel && !_outputEnded)
        {
            _outputEnded = true;
            Connection.EndOutput(); // The other direction may go on.
        }
        _responseEnded = true;
    }

    public void Reset() => Connection.Close(ConnectionCloseKind.Reset);

    public void Release() => _connection.OnReleased(this, Outcome());

    internal void Begin(Http1ServerConnection connection)
    {
        _connection = connection;
        RequestBody.Start(
            connection.Connection,
            Request.Framing,
            Request.ContentLength,
            connection.Settings.Limits,
            connection.Settings.RequestBodyBytesMax);
    }

    internal void OnInput()
    {
        if (!RequestBody.IsEnded)
        {
            _owner?.OnActivity();
        }
    }

    internal void OnEndOfTunnelInput() => _owner?.OnActivity();

    internal void OnWritable() => _owner?.OnActivity();

    /// <summary>The client was given time enough for its body: the request is over, with a 408 if that can still be said.</summary>
    internal void OnBodyTimeout()
    {
        _error = new StreamError(ErrorSource.Downstream, StreamErrorKind.TimedOut);
        RequestBody.Abandon();
        _owner?.OnActivity();
    }

    internal void OnConnectionClosed()
    {
        _error = new StreamError(ErrorSource.Downstream, StreamErrorKind.Reset);
        _owner?.OnActivity();
    }

    internal void Clear()
    {
        _connection = null!;
        _owner = null;
        _error = null;
        _framing = BodyFraming.None;
        _headSent = _bodiless = _closes = _responseEnded = _outputEnded = false;
        IsTunnel = false;
        Request.Clear();
        LocalResponse.Clear();
    }

    /// <summary>
    /// Agrees to the change of protocol, in the words of HTTP/1 whatever the host speaks: with a 101, or a 2xx to CONNECT.
    /// </summary>
    private void BeginTunnel(ResponseHead head)
    {
        head.SetFraming(BodyFraming.None);
        bool isUpgrade = Request.KnownMethod != KnownMethod.Connect;
        if (isUpgrade)
        {
            head.SetStatus(101);
            head.Headers.Set(KnownHeader.Upgrade, Request.Protocol);
            if (head.Version == HttpVersion.Http2)
            {
                AnswerKey(head.Headers);
            }
        }
        WriteHead(head, new Http1WriteOptions(Upgrade: isUpgrade));
        _framing = BodyFraming.UntilClose;
        _closes = true;
        IsTunnel = true;
        RequestBody.Start(Connection, BodyFraming.UntilClose, 0, _connection.Settings.Limits);
    }

    /// <summary>
    /// A host that speaks HTTP/2 was never shown the key of a WebSocket, so the answer to it is made here. One of HTTP/1 shows
    /// by its own that it has understood, or that it has not.
    /// </summary>
    private void AnswerKey(HeaderBlock headers)
    {
        if (Request.Protocol.SequenceEqual(WebSocketHandshake.ProtocolName)
            && Request.Headers.TryGet(WebSocketHandshake.KeyField, out ReadOnlySpan<byte> key))
        {
            Span<byte> accept = stackalloc byte[WebSocketHandshake.AcceptLength];
            WebSocketHandshake.WriteAccept(key, accept);
            headers.Set(WebSocketHandshake.AcceptField, accept);
        }
    }

    private Http1StreamOutcome Outcome() =>
        !_responseEnded ? Http1StreamOutcome.Reset
        : _closes || RequestBody.IsBroken ? Http1StreamOutcome.Close
        : RequestBody.IsEnded ? Http1StreamOutcome.KeepAlive
        : MayDropRest ? Http1StreamOutcome.DropBody // The head has not said that the connection ends.
        : Http1StreamOutcome.Close;

    private void WriteHead(ResponseHead head, Http1WriteOptions options)
    {
        Span<byte> room = Connection.Reserve(Http1HeadWriter.MaxLength(head));
        Connection.Commit(room[..Http1HeadWriter.Write(head, options, room)]);
    }

    /// <summary>
    /// A byte too many would be read as the beginning of the next response, and with one too few the next response as the
    /// rest of this body: a filter that gets its lengths wrong ends the connection.
    /// </summary>
    private void CountBody(int length)
    {
        _bodyLeft -= length;
        Check.That(_framing == BodyFraming.UntilClose || _bodyLeft >= 0);
    }

    private void BeginChunk(int length)
    {
        Span<byte> room = Connection.Reserve(Http1ChunkWriter.HeaderBytesMax);
        Connection.Commit(room[..Http1ChunkWriter.WriteHeader(length, room)]);
    }
}
