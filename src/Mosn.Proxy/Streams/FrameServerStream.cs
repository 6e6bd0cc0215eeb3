using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One call of an RPC protocol and its answer. Pooled; see <see cref="FrameServerConnection{TCodec}"/>.</summary>
internal sealed class FrameServerStream<TCodec>(BufferPool buffers) : FrameStream<TCodec>(buffers), IServerStream
    where TCodec : struct, IFrameCodec<TCodec>
{
    private FrameServerConnection<TCodec> _connection = null!;
    private Answer _answer;
    private bool _isReleased;

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

    public RequestHead Request { get; } = new();

    public ResponseHead LocalResponse { get; } = new();

    /// <summary>True also while the client takes nothing, if the answer is held: it is the host's time then.</summary>
    public override bool IsWritable => Writer.IsHeld || base.IsWritable;

    /// <summary>Bytes that were taken from the loop's budget.</summary>
    internal int HeldLength { get; private set; }

    protected override FrameEndpoint<TCodec> End => _connection;

    protected override bool TakesContent => _answer == Answer.Begun;

    public void SetOwner(IStreamOwner owner) => Owner = owner;

    public void SendInterim(ResponseHead head)
    {
        // No protocol of frames knows them.
    }

    public void SendHead(ResponseHead head, bool endStream)
    {
        Check.That(_answer == Answer.None);
        if (Head.Kind == FrameKind.OneWay)
        {
            _answer = Answer.Sent;
            return;
        }
        if (head.Frame is { } frame && frame.Readers == FrameCodecs.ReadersOf<TCodec>()
            && Writer.TryBegin(frame, head.ChangedFields, Head.Id, head.ContentLength, mayStream: true))
        {
            _answer = Answer.Begun;
            if (Writer.MayStream && _connection.TryHold(Writer.DeclaredLength))
            {
                HeldLength = Writer.DeclaredLength;
                Writer.Hold();
            }
            if (endStream)
            {
                SendEnd(trailers: null);
            }
            return;
        }
        Reply(head.Frame is null ? head.Status : 502); // An answer that does not fit into a frame is none.
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        if (_answer != Answer.Begun)
        {
            return;
        }
        if (!Writer.End(_connection.Line))
        {
            Connection.Close(ConnectionCloseKind.Reset); // A filter made of the content something else than it said.
            return;
        }
        _answer = Answer.Sent;
    }

    public void Reset()
    {
        if (Writer.IsHalfWritten)
        {
            Connection.Close(ConnectionCloseKind.Reset);
        }
        else if (_answer != Answer.Sent)
        {
            // What was not sent whole was not sent at all: the caller can be told that it failed.
            Reply(502);
        }
    }

    public void Release()
    {
        if (!Writer.IsPouring || Connection.IsClosed)
        {
            _connection.OnReleased(this);
            return;
        }
        Owner = null;
        _isReleased = true; // The rest of the answer goes out without its owner.
        _connection.Abandon(this);
    }

    /// <summary>Sends more of an answer that was held until it was whole.</summary>
    internal void Pour()
    {
        if (!Writer.IsPouring)
        {
            return;
        }
        Writer.Pour(_connection.Line);
        if (!Writer.IsPouring && _isReleased)
        {
            _connection.OnReleased(this);
        }
    }

    /// <summary>The frame that was looked at is a call.</summary>
    internal void Begin(FrameServerConnection<TCodec> connection, FrameHead head, BufferSlice frame, bool isStreamed)
    {
        _connection = connection;
        Accept(head, frame, isStreamed);
        Request.AcceptFrame(Head);
        Request.SetMethod("POST"u8);
        Request.SetPath("/"u8);
        Request.SetFraming(
            Head.ContentLength > 0 ? BodyFraming.Length : BodyFraming.None,
            Head.ContentLength > 0 ? Head.ContentLength : -1);
    }

    /// <summary>Answers with a status; a call that wants no answer gets none.</summary>
    internal void Reply(int status)
    {
        _answer = Answer.Sent;
        if (Head.Kind == FrameKind.Request)
        {
            Span<byte> room = _connection.Line.Reserve(TCodec.MaxReplyLength(Head));
            _connection.Line.Commit(room[..TCodec.WriteReply(Head, status, room)]);
            _connection.Count(FrameMetric.LocalReplyTotal);
        }
    }

    internal bool IsOn(FrameServerConnection<TCodec> connection) => _connection == connection;

    /// <summary>True if a part of the answer was sent that nothing can make whole any more.</summary>
    internal bool IsHalfSent => Writer.IsHalfWritten;

    internal void OnConnectionClosed()
    {
        if (_isReleased)
        {
            _connection.OnReleased(this);
            return;
        }
        Fail(new StreamError(ErrorSource.Downstream, StreamErrorKind.Reset));
    }

    internal void Clear()
    {
        _connection = null!;
        _answer = Answer.None;
        _isReleased = false;
        HeldLength = 0;
        ClearFrames();
        Request.Clear();
        LocalResponse.Clear();
    }
}
