using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>
/// One end of a connection of frames: finds the frames in what comes. Small ones are handled when they are whole; the content of
/// large ones is handed on as it comes, where the protocol allows that. Belongs to its connection's loop.
/// </summary>
/// <param name="frameBytesMax">Bytes of a frame; a larger one is broken.</param>
/// <param name="frameTimeoutMs">Milliseconds for a frame to come.</param>
internal abstract class FrameEndpoint<TCodec>(MetricGroup metrics, int frameBytesMax, long frameTimeoutMs, bool isFromHost)
    : IFrameInput, IFrameLineOwner, ITurnEnd
    where TCodec : struct, IFrameCodec<TCodec>
{
    /// <summary>Bytes up to which a frame is handled in one piece.</summary>
    internal const int WholeBytesMax = 64 * 1024;

    /// <summary>Bytes of content that are here before a frame is handed on: codecs may look at them.</summary>
    private const int ContentSeen = 1024;

    /// <summary>Bytes within which the head of a frame that is too large must end, to be answered.</summary>
    private const int HeadBytesMax = 16 * 1024;

    /// <summary>Bytes a second that must come of a large frame, if it is the sender for whom everybody waits.</summary>
    private const int RateMin = 64;

    private FrameBody? _own;
    private int _inputLimit;

    /// <summary>Who takes the content that comes; null: nobody wants it, it is dropped.</summary>
    private FrameStream<TCodec>? _receiver;

    /// <summary>Bytes of content that are still to be taken of the frame that is coming.</summary>
    private int _rest;

    /// <summary>Bytes of input before which looking again is of no use.</summary>
    private int _needed;
    private long _frameDueMs = long.MaxValue;
    private long _bytesAtWindow;
    private bool _isReceiving;
    private bool _isWaking;

    public Connection Connection { get; private set; } = null!;

    /// <summary>Where frames go out.</summary>
    public FrameLine Line { get; private set; } = null!;

    /// <summary>What the next frame is looked at with.</summary>
    protected FrameHead Head { get; } = new() { IsFromHost = isFromHost };

    /// <summary>True if there is content to come, or to be taken.</summary>
    protected bool IsContentComing => _rest > 0;

    /// <summary>True if content is here and nobody takes it: what the peer sends behind it is not seen.</summary>
    protected bool IsContentLeft => _rest > 0 && Connection.Input.Length > 0;

    /// <summary>True if there is anything of a frame that is not here whole, or not taken.</summary>
    protected bool IsReceivingFrame => _rest > 0 || Connection.Input.Length > 0;

    /// <summary>True inside of <see cref="Receive"/>, at whose end is looked after the connection in any case.</summary>
    protected bool IsReceiving => _isReceiving;

    /// <summary>False: the next frame is to wait.</summary>
    protected abstract bool MayTakeMore { get; }

    /// <summary>True if content is not to wait for who wants it, because others wait behind it.</summary>
    protected abstract bool MayNotWait { get; }

    /// <summary>When the connection is to be looked at for other reasons; the loop's milliseconds.</summary>
    protected virtual long OwnDueMs => long.MaxValue;

    bool IFrameInput.TryTakeContent(out BufferSlice slice)
    {
        int length = Math.Min(Connection.Input.Length, _rest);
        slice = length > 0 ? Connection.Input.Take(0, length) : default;
        if (length > 0)
        {
            Advance(length);
            if (!_isReceiving)
            {
                Connection.ReadAgain(); // Not at once: the slice lies in the input.
            }
        }
        return length > 0;
    }

    void IFrameLineOwner.OnLineFree() => WakeSoon();

    void ITurnEnd.OnTurnEnd()
    {
        _isWaking = false;
        if (!Connection.IsClosed)
        {
            Wake();
        }
    }

    internal void Count(FrameMetric metric) => metrics.Add(Connection.Loop.Index, metric);

    /// <summary>Nobody wants the rest of that stream's frame.</summary>
    internal void Abandon(FrameStream<TCodec> stream)
    {
        if (_receiver == stream)
        {
            _receiver = null;
            if (!_isReceiving)
            {
                Connection.ReadAgain();
            }
        }
    }

    /// <summary>A whole frame that wants nothing but to be handled.</summary>
    protected abstract void OnFrame(BufferSlice frame);

    /// <summary>A large frame begins, whose content is dropped unless <see cref="PassTo"/> is called.</summary>
    /// <param name="start">Its head and some of its content, which is not taken from the input yet.</param>
    protected abstract void OnLargeFrame(BufferSlice start);

    /// <summary>The connection is over: nobody takes content any more.</summary>
    /// <returns>Who has; null: nobody.</returns>
    protected FrameStream<TCodec>? TakeReceiver()
    {
        FrameStream<TCodec>? receiver = _receiver;
        _receiver = null;
        return receiver;
    }

    /// <summary>Lets a stream take the content of the large frame that begins.</summary>
    protected void PassTo(FrameStream<TCodec> receiver) => _receiver = receiver;

    /// <summary>What comes is no frame, or not one that is wanted: the connection must end.</summary>
    /// <param name="isKnown">The head is there, and what it says is right.</param>
    protected abstract void OnBroken(ReadBuffer input, bool isKnown);

    /// <summary>There may be room for frames: tells those that wait for it.</summary>
    protected abstract void Wake();

    /// <summary>Calls <see cref="Wake"/> at the end of the turn, not on the stack of who makes room.</summary>
    protected void WakeSoon()
    {
        if (!_isWaking)
        {
            _isWaking = true;
            Connection.Loop.AtEndOfTurn(this);
        }
    }

    /// <summary>Sets the connection, once.</summary>
    protected void Begin(Connection connection)
    {
        Connection = connection;
        Line = new FrameLine(connection, this);
        _inputLimit = connection.InputLimit;
    }

    /// <summary>Takes what has come.</summary>
    protected void Receive(ReadBuffer input)
    {
        if (input.Length < _needed)
        {
            return;
        }
        _isReceiving = true;
        while (input.Length > 0 && !Connection.IsClosed && (_rest > 0 ? TryPassOn(input) : MayTakeMore && TryTake(input)))
        {
        }
        _isReceiving = false;
        if (_needed > 0 && input.Length >= _needed && !Connection.IsClosed)
        {
            StopWindow(); // What was waited for is here, and it is us who do not look at it.
        }
    }

    /// <summary>Shows the rest of the input again: there may be somebody now who takes it.</summary>
    protected void ReadOn()
    {
        if (Connection.Input.Length > 0)
        {
            Connection.ReadAgain();
        }
        else
        {
            Connection.ResumeReading();
        }
    }

    /// <summary>Answers a question whether we are there, unless it is asked faster than the answers are read.</summary>
    protected void AnswerHeartbeat(BufferSlice frame)
    {
        Count(FrameMetric.HeartbeatReceivedTotal);
        if (!Line.IsRoom)
        {
            return;
        }
        FrameBody own = _own ??= new FrameBody(Connection.Loop.Buffers);
        own.Hold(frame, Head);
        Span<byte> room = Line.Reserve(TCodec.MaxReplyLength(Head));
        Line.Commit(room[..TCodec.WriteHeartbeatReply(Head, room)]);
        own.Release();
        Head.Clear();
    }

    /// <summary>Answers the call whose start is looked at, and of which nothing more is wanted.</summary>
    protected void Refuse(BufferSlice start, int status)
    {
        if (Head.Kind != FrameKind.Request)
        {
            return;
        }
        FrameBody own = _own ??= new FrameBody(Connection.Loop.Buffers);
        own.HoldStart(start, Head);
        Span<byte> room = Line.Reserve(TCodec.MaxReplyLength(Head));
        Line.Commit(room[..TCodec.WriteReply(Head, status, room)]);
        Count(FrameMetric.LocalReplyTotal);
        own.Release();
        Head.Clear();
    }

    /// <summary>Says goodbye, if the protocol has a way to.</summary>
    protected bool TrySayGoAway(ulong id)
    {
        Span<byte> room = Line.Reserve(TCodec.OwnFrameLengthMax);
        int length = TCodec.WriteGoAway(id, room);
        Line.Commit(room[..length]);
        if (length > 0)
        {
            Count(FrameMetric.GoAwaySentTotal);
        }
        return length > 0;
    }

    /// <summary>Sets the connection's deadline to whatever is due first.</summary>
    protected void ArmDeadline()
    {
        long due = Math.Min(_frameDueMs, OwnDueMs);
        if (due == long.MaxValue)
        {
            Connection.ClearDeadline();
        }
        else
        {
            Connection.SetDeadline(due);
        }
    }

    /// <summary>True if a frame takes too long to come, and it is not us who do not take it.</summary>
    /// <param name="isPatient">Also one that is to be handled in one piece may take its time, if it moves.</param>
    protected bool IsFrameTooSlow(bool isPatient)
    {
        long nowMs = Connection.Loop.NowMs;
        if (nowMs < _frameDueMs)
        {
            return false;
        }
        bool moves = Connection.BytesRead - _bytesAtWindow >= RateMin * frameTimeoutMs / 1000;
        if (!IsContentLeft && (!moves || !(isPatient || _rest > 0)))
        {
            return true;
        }
        StartWindow();
        return false;
    }

    /// <summary>Takes one frame, or the start of a large one.</summary>
    private bool TryTake(ReadBuffer input)
    {
        Head.Clear();
        DecodeStatus status = TCodec.Scan(input.Unread, Head);
        bool isTooLarge = Head.Length > frameBytesMax;
        bool isKnown = status == DecodeStatus.Complete;
        if (status == DecodeStatus.Malformed || (isTooLarge && (isKnown || input.Length >= HeadBytesMax)))
        {
            OnBroken(input, isKnown);
            return false;
        }
        if (isKnown && input.Length < Head.Length && IsToBeStreamed(input))
        {
            BeginStreamed(input);
            return true;
        }
        if (status == DecodeStatus.NeedMore || input.Length < Head.Length)
        {
            WaitFor(isTooLarge ? input.Length + 1 : Math.Max(input.Length + 1, BytesWanted(isKnown)));
            return false;
        }
        if (!TCodec.Inspect(Head, input.Unread[..Head.Length]))
        {
            OnBroken(input, isKnown: false);
            return false;
        }
        if (_needed > 0)
        {
            StopWaiting();
        }
        OnFrame(input.Take(0, Head.Length));
        return true;
    }

    /// <summary>True if the frame is so large that its content is handed on as it comes.</summary>
    private bool MayStream() =>
        Head.Length > WholeBytesMax
        && Head is { Kind: FrameKind.Request or FrameKind.OneWay or FrameKind.Response, IsBroken: false, TrailerLength: 0 }
        && TCodec.MayStream(Head);

    private bool IsToBeStreamed(ReadBuffer input) => input.Length >= Head.HeadLength + ContentSeen && MayStream();

    private int BytesWanted(bool isKnown) =>
        isKnown && MayStream() ? Math.Min(Head.Length, Head.HeadLength + ContentSeen) : Head.Length;

    private void BeginStreamed(ReadBuffer input)
    {
        StopWaiting();
        _rest = Head.ContentLength;
        StartWindow();
        int seen = input.Length;
        int headLength = Head.HeadLength;
        OnLargeFrame(input.Take(0, headLength) with { Length = seen });
    }

    /// <summary>Gives content to who wants it. False: the rest is for later.</summary>
    private bool TryPassOn(ReadBuffer input)
    {
        if (_receiver is not { } receiver)
        {
            int dropped = Math.Min(input.Length, _rest);
            input.Consume(dropped);
            Advance(dropped);
            return true;
        }
        int before = _rest;
        receiver.OnActivity();
        if (_rest == before && _receiver == receiver && MayNotWait && !Connection.IsClosed)
        {
            BufferSlice slice = input.Take(0, Math.Min(input.Length, _rest));
            if (!receiver.TryKeep(slice))
            {
                _receiver = null;
                receiver.OnTooSlow();
            }
            Advance(slice.Length);
            return true;
        }
        return _rest != before || _receiver != receiver;
    }

    private void Advance(int length)
    {
        _rest -= length;
        if (_rest == 0)
        {
            _receiver?.OnContentEnd();
            _receiver = null;
            StopWaiting();
        }
    }

    private void WaitFor(int bytes)
    {
        if (_frameDueMs == long.MaxValue)
        {
            StartWindow();
        }
        _needed = bytes;
        Connection.InputLimit = Math.Max(_inputLimit, bytes);
    }

    private void StopWaiting()
    {
        _needed = 0;
        Connection.InputLimit = _inputLimit;
        StopWindow();
    }

    private void StartWindow()
    {
        _bytesAtWindow = Connection.BytesRead;
        _frameDueMs = Connection.Loop.NowMs + frameTimeoutMs;
        ArmDeadline();
    }

    private void StopWindow()
    {
        _frameDueMs = long.MaxValue;
        ArmDeadline();
    }
}
