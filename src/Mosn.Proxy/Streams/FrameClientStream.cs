using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>One call to a host and its answer. Pooled; see <see cref="FrameClientConnection{TCodec}"/>.</summary>
internal sealed class FrameClientStream<TCodec>(BufferPool buffers) : FrameStream<TCodec>(buffers), IClientStream
    where TCodec : struct, IFrameCodec<TCodec>
{
    private FrameClientConnection<TCodec> _connection = null!;
    private FrameBudget _budget = null!;
    private long _writtenBefore;
    private bool _isReused;
    private bool _isEndDue;
    private bool _isSent;

    public long ConnectionId => Connection.Id;

    public bool HeadReceived { get; private set; }

    public ResponseHead Response { get; } = new();

    public bool IsConnected => Connection.IsOpen;

    public override bool IsWritable => base.IsWritable && _connection.HasTurn(this);

    public int UnsentLength => Writer.WaitingLength + (_connection.IsKeptFor(this) ? Connection.OutputLength : 0);

    /// <summary>The id on the connection to the host; 0 before the head is sent.</summary>
    internal ulong Id { get; private set; }

    /// <summary>True once a call was sent that wants no answer.</summary>
    internal bool IsOneWay { get; private set; }

    /// <summary>True if a part of the call was sent that nothing can make whole any more.</summary>
    internal bool IsHalfSent => Writer.IsHalfWritten;

    protected override FrameEndpoint<TCodec> End => _connection;

    /// <summary>Asked before each piece: it is now that what the host may have seen begins.</summary>
    protected override bool TakesContent
    {
        get
        {
            NoteStart();
            return Error is null;
        }
    }

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
        if (!Writer.TryBegin(frame, head.ChangedFields, Id, head.ContentLength, _connection.IsKeptFor(this)))
        {
            Fail(new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
            return;
        }
        if (endStream)
        {
            SendEnd(trailers: null);
        }
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        if (Error is not null)
        {
            return;
        }
        _isEndDue = true;
        FinishCall();
    }

    public void Release() => _connection.OnReleased(this);

    internal void Begin(FrameClientConnection<TCodec> connection, FrameBudget budget, IStreamOwner owner, bool isReused)
    {
        _connection = connection;
        _budget = budget;
        Owner = owner;
        _isReused = isReused;
        _writtenBefore = -1;
    }

    /// <summary>
    /// Sends what is due of the call, if it is whole and its turn. Not before the host takes more: one that is given up until
    /// then is not sent, so that calls with little time cannot make output grow.
    /// </summary>
    internal void FinishCall()
    {
        if (!_isEndDue || Error is not null || !_connection.HasTurn(this)
            || !(Writer.HasBegun || _connection.Line.IsRoom))
        {
            return;
        }
        _isEndDue = false;
        NoteStart();
        if (!Writer.End(_connection.Line))
        {
            // A filter made of the content something else than it said.
            Fail(new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
            return;
        }
        _connection.OnSent(this);
        _isSent = true;
        EndIfOneWay();
    }

    /// <summary>
    /// Ends a call that nobody answers. Not before the host takes more: it is what is under way that keeps a client from calling
    /// faster than that.
    /// </summary>
    internal void EndIfOneWay()
    {
        if (IsOneWay && _isSent && !HeadReceived && Error is null && _connection.Line.IsRoom)
        {
            Response.SetStatus(200); // Nobody is told.
            Response.SetFraming(BodyFraming.None);
            HeadReceived = true;
            Owner?.OnActivity();
        }
    }

    internal bool IsOn(FrameClientConnection<TCodec> connection) => _connection == connection;

    /// <summary>The answer is here, or it begins.</summary>
    internal void OnResponse(FrameHead head, BufferSlice frame, bool isStreamed)
    {
        Accept(head, frame, isStreamed);
        Response.AcceptFrame(Head);
        Response.SetStatus(TCodec.HttpStatusOf(Head));
        Response.SetFraming(
            Head.ContentLength > 0 ? BodyFraming.Length : BodyFraming.None,
            Head.ContentLength > 0 ? Head.ContentLength : -1);
        HeadReceived = true;
        if (Response.Status >= 400)
        {
            _connection.Count(FrameMetric.ResponseFailedTotal);
        }
        Owner?.OnActivity();
    }

    internal void OnConnectionClosed(ConnectionEvent what)
    {
        if (Error is not null || (HeadReceived && !IsContentComing))
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
            ErrorSource.Upstream, kind, SafeToRetry: neverSent, OnReusedConnection: _isReused && !HeadReceived));
    }

    internal override bool TryKeep(BufferSlice slice) => TryKeep(slice, _budget);

    internal void Clear()
    {
        _connection = null!;
        Id = 0;
        _isReused = IsOneWay = _isEndDue = _isSent = false;
        HeadReceived = false;
        ClearFrames();
        Response.Clear();
    }

    private void NoteStart()
    {
        if (_writtenBefore < 0)
        {
            _writtenBefore = Connection.BytesWritten + Connection.OutputLength;
        }
    }
}
