using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One call of an RPC protocol and its answer. Pooled; see <see cref="FrameServerConnection{TCodec}"/>.</summary>
internal sealed class FrameServerStream<TCodec>(BufferPool buffers) : IServerStream
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly FrameHead _head = new() { Readers = FrameCodecs.ReadersOf<TCodec>() };
    private readonly FrameBuffer _frame = new();
    private readonly FrameWriter<TCodec> _writer = new(buffers);
    private FrameServerConnection<TCodec> _connection = null!;
    private IStreamOwner? _owner;
    private StreamError? _error;
    private Answer _answer;

    private enum Answer : byte
    {
        /// <summary>Nothing was sent.</summary>
        None,

        /// <summary>A frame of the host's is being passed on.</summary>
        Begun,

        /// <summary>The caller has its answer, or wants none.</summary>
        Sent,
    }

    public StreamProtocol Protocol => FrameProtocol<TCodec>.Protocol;

    public Connection Connection => _connection.Connection;

    public RequestHead Request { get; } = new();

    public ResponseHead LocalResponse { get; } = new();

    public IMessageBody Body => _frame;

    public StreamError? Error => _error;

    public bool IsWritable => Connection.IsWritable;

    /// <summary>What the connection's next frame is looked at with.</summary>
    internal FrameHead Head => _head;

    public void SetOwner(IStreamOwner owner) => _owner = owner;

    public void SendInterim(ResponseHead head)
    {
        // No protocol of frames knows them.
    }

    public void SendHead(ResponseHead head, bool endStream)
    {
        Check.That(_answer == Answer.None);
        if (_head.Kind == FrameKind.OneWay)
        {
            _answer = Answer.Sent;
            return;
        }
        if (head.Frame is { } frame && frame.Readers == FrameCodecs.ReadersOf<TCodec>()
            && _writer.TryBegin(frame, head.ChangedFields, _head.Id, head.ContentLength))
        {
            _answer = Answer.Begun;
            if (endStream)
            {
                SendEnd(trailers: null);
            }
            return;
        }
        Reply(head.Frame is null ? head.Status : 502); // An answer that does not fit into a frame is none.
    }

    public void SendBody(BufferSlice slice)
    {
        if (_answer == Answer.Begun)
        {
            _writer.Add(Connection, slice);
        }
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (_answer == Answer.Begun)
        {
            _writer.Add(bytes);
        }
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        if (_answer == Answer.Begun)
        {
            _answer = Answer.Sent;
            _writer.End(Connection);
        }
    }

    public void Reset()
    {
        // What was not sent whole was not sent at all: the caller can be told that it failed.
        if (_answer != Answer.Sent)
        {
            Reply(502);
        }
    }

    public void Release() => _connection.OnReleased(this);

    /// <summary>The frame that was looked at is a call.</summary>
    internal void Begin(FrameServerConnection<TCodec> connection, BufferSlice frame)
    {
        _connection = connection;
        _frame.Hold(frame, _head);
        Request.AcceptFrame(_head);
        Request.SetMethod("POST"u8);
        Request.SetPath("/"u8);
        Request.SetFraming(
            _head.ContentLength > 0 ? BodyFraming.Length : BodyFraming.None,
            _head.ContentLength > 0 ? _head.ContentLength : -1);
    }

    /// <summary>Answers with a status; a call that wants no answer gets none.</summary>
    internal void Reply(int status)
    {
        _answer = Answer.Sent;
        if (_head.Kind == FrameKind.Request)
        {
            Span<byte> room = Connection.Reserve(TCodec.MaxReplyLength(_head));
            Connection.Commit(room[..TCodec.WriteReply(_head, status, room)]);
            _connection.OnLocalReply();
        }
    }

    /// <summary>Answers a call of which only the head is here. It never begins.</summary>
    internal void Refuse(FrameServerConnection<TCodec> connection, BufferSlice head, int status)
    {
        _connection = connection;
        _frame.HoldHead(head, _head);
        Reply(status);
    }

    /// <summary>Answers a heartbeat. It never begins, and is used for the next frame.</summary>
    internal void AnswerHeartbeat(FrameServerConnection<TCodec> connection, BufferSlice frame)
    {
        _frame.Hold(frame, _head);
        Span<byte> room = connection.Connection.Reserve(TCodec.MaxReplyLength(_head));
        connection.Connection.Commit(room[..TCodec.WriteHeartbeatReply(_head, room)]);
        _frame.Release();
        _head.Clear();
    }

    internal void OnWritable() => _owner?.OnActivity();

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
        _answer = Answer.None;
        _writer.Clear();
        Request.Clear();
        LocalResponse.Clear();
        _head.Clear();
        _frame.Release();
    }
}
