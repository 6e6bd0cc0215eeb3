using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One call to a host and its answer. Pooled; see <see cref="FrameClientConnection{TCodec}"/>.</summary>
internal sealed class FrameClientStream<TCodec>(BufferPool buffers) : IClientStream
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly FrameHead _head = new() { Readers = FrameCodecs.ReadersOf<TCodec>() };
    private readonly FrameBuffer _frame = new();
    private readonly FrameWriter<TCodec> _writer = new(buffers);
    private FrameClientConnection<TCodec> _connection = null!;
    private IStreamOwner? _owner;
    private StreamError? _error;
    private long _writtenBefore;
    private bool _isReused;

    public Connection Connection => _connection.Connection;

    public long ConnectionId => Connection.Id;

    public bool HeadReceived { get; private set; }

    public ResponseHead Response { get; } = new();

    public IMessageBody Body => _frame;

    public StreamError? Error => _error;

    public bool IsWritable => Connection.IsWritable;

    public bool IsConnected => Connection.IsOpen;

    public int UnsentLength => _writer.WaitingLength;

    /// <summary>The id on the connection to the host; 0 before the head is sent.</summary>
    internal ulong Id { get; private set; }

    /// <summary>True once a call was sent that wants no answer.</summary>
    internal bool IsOneWay { get; private set; }

    public void SendHead(RequestHead head, bool endStream)
    {
        Check.That(Id == 0);
        if (head.Frame is not { } frame || frame.Readers != FrameCodecs.ReadersOf<TCodec>())
        {
            // Another protocol's request: only a transcoder could say what it means here.
            Fail(new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
            return;
        }
        IsOneWay = frame.Kind == FrameKind.OneWay;
        Id = _connection.Register(this);
        if (!_writer.TryBegin(frame, head.ChangedFields, Id, head.ContentLength))
        {
            Fail(new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
            return;
        }
        if (endStream)
        {
            SendEnd(trailers: null);
        }
    }

    public void SendBody(BufferSlice slice)
    {
        if (_error is null)
        {
            NoteStart();
            _writer.Add(Connection, slice);
        }
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (_error is null)
        {
            NoteStart();
            _writer.Add(bytes);
        }
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        if (_error is not null)
        {
            return;
        }
        NoteStart();
        _writer.End(Connection);
        if (IsOneWay)
        {
            // Nobody answers; what the caller's side gets is not sent to anybody.
            Response.SetStatus(200);
            Response.SetFraming(BodyFraming.None);
            HeadReceived = true;
            _owner?.OnActivity();
        }
    }

    public void Release() => _connection.OnReleased(this);

    internal void Begin(FrameClientConnection<TCodec> connection, IStreamOwner owner, bool isReused)
    {
        _connection = connection;
        _owner = owner;
        _isReused = isReused;
        _writtenBefore = -1;
    }

    /// <summary>The answer is here.</summary>
    internal void OnResponse(FrameHead head, BufferSlice frame)
    {
        _head.CopyFrom(head);
        _frame.Hold(frame, _head);
        Response.AcceptFrame(_head);
        Response.SetStatus(TCodec.HttpStatusOf(_head));
        Response.SetFraming(
            _head.ContentLength > 0 ? BodyFraming.Length : BodyFraming.None,
            _head.ContentLength > 0 ? _head.ContentLength : -1);
        HeadReceived = true;
        if (Response.Status >= 400)
        {
            _connection.OnFailedAnswer();
        }
        _owner?.OnActivity();
    }

    internal void OnActivity() => _owner?.OnActivity();

    internal void OnConnectionClosed(ConnectionEvent what)
    {
        if (_error is not null || HeadReceived)
        {
            return;
        }
        StreamErrorKind kind = what switch
        {
            ConnectionEvent.ConnectFailed => StreamErrorKind.ConnectFailed,
            ConnectionEvent.ConnectTimeout => StreamErrorKind.ConnectTimedOut,
            _ => StreamErrorKind.Reset,
        };
        bool neverSent = kind != StreamErrorKind.Reset || _writtenBefore < 0 || Connection.BytesWritten <= _writtenBefore;
        Fail(new StreamError(
            ErrorSource.Upstream, kind, SafeToRetry: neverSent, OnReusedConnection: _isReused));
    }

    internal void Clear()
    {
        _connection = null!;
        _owner = null;
        _error = null;
        Id = 0;
        _isReused = IsOneWay = false;
        HeadReceived = false;
        _writer.Clear();
        Response.Clear();
        _head.Clear();
        _frame.Release();
    }

    private void NoteStart()
    {
        if (_writtenBefore < 0)
        {
            _writtenBefore = Connection.BytesWritten + Connection.OutputLength;
        }
    }

    private void Fail(StreamError error)
    {
        _error = error;
        _owner?.OnActivity();
    }
}
