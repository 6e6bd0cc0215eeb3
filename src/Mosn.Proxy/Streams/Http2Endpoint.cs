using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// One end of an HTTP/2 connection: moves bytes between a <see cref="Network.Connection"/> and its session, and lets the
/// streams that have something to send take turns, a frame each. Belongs to its connection's loop.
/// </summary>
internal abstract class Http2Endpoint : IHttp2SessionOwner, IOutputSource
{
    /// <summary>Of a peer that broke the rules: enough for what was on its way when it could not know yet.</summary>
    private const int LingerBytesMax = 256 * 1024;

    private readonly Queue<Http2MessageStream> _sending = new();

    /// <summary>What the connection has written when all that was there at a certain time has left.</summary>
    private long _sentMark;
    private bool _isReceiving;

    protected Http2Endpoint(bool isServer, Http2SessionOptions options)
    {
        Options = options;
        Session = new Http2Session(isServer, options, this);
    }

    public Connection Connection { get; private set; } = null!;

    public Http2Session Session { get; }

    public Http2SessionOptions Options { get; }

    /// <summary>
    /// Since when a frame or a head is on its way that is not whole; the loop's milliseconds, 0: none is.
    /// </summary>
    protected long IncompleteSinceMs { get; private set; }

    /// <summary>Lets a stream take its turn when the connection sends.</summary>
    public void Enqueue(Http2MessageStream stream)
    {
        if (!stream.IsQueued)
        {
            stream.IsQueued = true;
            _sending.Enqueue(stream);
        }
        Connection.RequestFlush();
    }

    /// <summary>Takes back a stream that nobody refers to any more.</summary>
    public abstract void Recycle(Http2MessageStream stream);

    bool IOutputSource.Fill()
    {
        if (Session.Error is not null)
        {
            Connection.Close(ConnectionCloseKind.Flush); // It came to its end outside of Receive.
            return false;
        }
        int blocked = 0;
        while (blocked < _sending.Count && Connection.IsWritable)
        {
            Http2MessageStream stream = _sending.Dequeue();
            Http2MessageStream.SendResult result = stream.SendNext();
            if (result != Http2MessageStream.SendResult.Done)
            {
                _sending.Enqueue(stream);
                blocked = result == Http2MessageStream.SendResult.Blocked ? blocked + 1 : 0;
                continue;
            }
            stream.IsQueued = false;
            OnSent(stream);
        }
        return blocked < _sending.Count;
    }

    /// <summary>RFC 9113 section 5.4.1: the peer is told which of its requests were looked at.</summary>
    void IOutputSource.OnClosing() => Session.End(Http2ErrorCode.NoError);

    Span<byte> IHttp2SessionOwner.Reserve(int atLeast)
    {
        if (Connection.BytesWritten >= _sentMark)
        {
            Session.OnOutputSent();
            _sentMark = Connection.BytesWritten + Connection.OutputLength;
        }
        return Connection.Reserve(atLeast);
    }

    void IHttp2SessionOwner.Commit(ReadOnlySpan<byte> written) => Connection.Commit(written);

    void IHttp2SessionOwner.OnSendWindow()
    {
        if (_sending.Count > 0)
        {
            Connection.RequestFlush();
        }
    }

    public virtual Http2Stream? RentStream() => null;

    public virtual void ReturnStream(Http2Stream stream)
    {
    }

    public virtual void OnSettings()
    {
    }

    public virtual void OnGoAway(Http2ErrorCode code)
    {
    }

    public virtual void OnPong(ulong payload)
    {
    }

    public virtual void OnAbuse(Http2Abuse kind)
    {
    }

    /// <summary>What waited on the stream is sent.</summary>
    protected virtual void OnSent(Http2MessageStream stream) => stream.TryRecycle();

    /// <summary>Sets the connection; bytes move from now on.</summary>
    protected void Begin(Connection connection)
    {
        Connection = connection;
        connection.InputLimit = Math.Max(
            connection.InputLimit, Http2FrameHeader.Size + Http2Settings.FrameSizeMin + 1);
        connection.OutputSource = this;
        Session.Start();
    }

    /// <summary>Takes what has come. Closes the connection if it is not HTTP/2.</summary>
    protected void Receive(ReadBuffer input)
    {
        _isReceiving = true;
        long now = Connection.Loop.NowMs;
        while (input.Length > 0 && !Connection.IsClosed && MayReceive())
        {
            Http2Step step = Session.Receive(input.Unread, now);
            if (step.Consumed == 0)
            {
                break;
            }
            if (!Session.IsInFieldBlock)
            {
                IncompleteSinceMs = 0;
            }
            if (Connection.IsClosed)
            {
                break;
            }
            if (step.Stream is Http2MessageStream stream)
            {
                long life = stream.Life;
                BeforeData(stream);
                if (Connection.IsClosed)
                {
                    break;
                }
                BufferSlice slice = step.DataLength == 0 ? default : input.Take(step.DataStart, step.DataLength);
                input.Consume(step.Consumed - (step.DataLength == 0 ? 0 : step.DataStart + step.DataLength));
                if (life == stream.Life) // Else it was answered before its body came, and is somebody else's already.
                {
                    stream.OnData(slice, step.EndStream);
                }
            }
            else
            {
                input.Consume(step.Consumed);
            }
        }
        _isReceiving = false;
        if (IncompleteSinceMs == 0 && !Connection.IsClosed && (input.Length > 0 || Session.IsInFieldBlock))
        {
            IncompleteSinceMs = now;
        }
        AfterReceive();
    }

    /// <summary>Asked before each frame. False: the rest is for the next turn.</summary>
    protected virtual bool MayReceive() => true;

    /// <summary>A piece of the body of that stream came, or its end.</summary>
    protected virtual void BeforeData(Http2MessageStream stream)
    {
    }

    /// <summary>What came is handled, for now.</summary>
    protected virtual void AfterReceive()
    {
        if (Session.Error is not null && !Connection.IsClosed)
        {
            Connection.LingerBytesMax = LingerBytesMax;
            Connection.Close(ConnectionCloseKind.Flush);
        }
    }

    /// <summary>True inside of <see cref="Receive"/>, at whose end is looked after the connection in any case.</summary>
    protected bool IsReceiving => _isReceiving;

    /// <summary>Takes back the streams that are over, and only wait for their turn to send nothing.</summary>
    protected void RecycleQueued()
    {
        for (int left = _sending.Count; left > 0; left--)
        {
            Http2MessageStream stream = _sending.Dequeue();
            if (stream.IsLive)
            {
                _sending.Enqueue(stream);
                continue;
            }
            stream.IsQueued = false;
            stream.TryRecycle();
        }
    }

    /// <summary>The connection is over: the streams that it carried hear of it.</summary>
    protected void CloseStreams(ConnectionEvent what)
    {
        Http2MessageStream[] streams = [.. Session.Streams.Cast<Http2MessageStream>()];
        foreach (Http2MessageStream stream in streams)
        {
            Session.Abandon(stream);
        }
        foreach (Http2MessageStream stream in streams)
        {
            if (stream.IsOn(this)) // One that hears of it may end others, which are then used elsewhere.
            {
                stream.OnConnectionClosed(what);
            }
        }
        RecycleQueued();
    }
}
