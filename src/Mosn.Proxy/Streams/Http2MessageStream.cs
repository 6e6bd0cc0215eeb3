using Mosn.Protocols;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// What the two sides of an HTTP/2 stream have in common: a body that comes, a body that waits to be sent, and a life that
/// ends when both the owner and the session are done with it. Pooled by loop.
/// </summary>
internal abstract class Http2MessageStream(BufferPool buffers) : Http2Stream, IBodySink
{
    /// <summary>Bytes that wait to be sent above which the stream is not writable.</summary>
    private const int WaitingMax = 64 * 1024;

    /// <summary>Bytes that wait at which it is so again.</summary>
    private const int WaitingLow = 16 * 1024;

    /// <summary>Bytes that count as progress if more wait: a window that opens byte by byte is as good as shut.</summary>
    internal const int ProgressBytesMin = 1024;

    private readonly OutputQueue _waiting = new(buffers);
    private Http2Body? _body;
    private HeaderBlock? _trailers;
    private int _sentSince;
    private bool _hasTrailers;
    private bool _isFull;

    /// <summary>What became of an attempt to send.</summary>
    internal enum SendResult : byte
    {
        /// <summary>Nothing waits any more.</summary>
        Done,

        /// <summary>A frame was sent, and there is more.</summary>
        More,

        /// <summary>A window is shut.</summary>
        Blocked,
    }

    /// <summary>The connection; null before <see cref="Begin"/> and after the end.</summary>
    public Connection Connection => Endpoint.Connection;

    /// <summary>The message that comes.</summary>
    public IMessageBody Body => Incoming;

    /// <summary>Where chunks come from.</summary>
    public BufferPool Buffers => buffers;

    /// <summary>True while it stands in its connection's queue of streams that have something to send.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>When it last was given a window worth the name, or had no need of one: the loop's milliseconds.</summary>
    internal long SentMs { get; set; }

    /// <summary>Bytes that wait for a window.</summary>
    internal int WaitingLength => _waiting.Length;

    internal Http2Body Incoming => _body ??= new Http2Body(this);

    protected Http2Endpoint Endpoint { get; private set; } = null!;

    protected IStreamOwner? Owner { get; set; }

    /// <summary>The owner has no further use for it.</summary>
    protected bool IsReleased { get; private set; }

    /// <summary>The last of our side is written, or waits.</summary>
    protected bool IsEnding { get; private set; }

    protected Http2Session Session => Endpoint.Session;

    protected bool HasRoom => _waiting.Length < WaitingMax;

    public void SendBody(BufferSlice slice)
    {
        if (TakesBody(slice.Length))
        {
            _waiting.Write(slice);
            AfterWrite();
        }
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (TakesBody(bytes.Length))
        {
            _waiting.Write(bytes);
            AfterWrite();
        }
    }

    public virtual void SendEnd(HeaderBlock? trailers)
    {
        if (IsEnding || !IsLive)
        {
            return;
        }
        IsEnding = true;
        if (trailers is { Count: > 0 })
        {
            // They are the other side's, which may be gone when the last of the body is sent.
            trailers.CopyTo(_trailers ??= new HeaderBlock());
            _hasTrailers = true;
        }
        Endpoint.Enqueue(this);
    }

    /// <summary>Sends the next frame, if windows allow. Whoever waits for room is told.</summary>
    internal SendResult SendNext()
    {
        if (!IsLive || IsLocalEnded)
        {
            return SendResult.Done;
        }
        if (_waiting.Length > 0)
        {
            int length = Session.Sendable(this, _waiting.Length);
            if (length == 0)
            {
                return SendResult.Blocked;
            }
            bool isLast = IsEnding && !_hasTrailers && length == _waiting.Length;
            SendData(length, isLast);
            _sentSince += length;
            if (_sentSince >= ProgressBytesMin || _waiting.Length == 0)
            {
                _sentSince = 0;
                SentMs = Connection.Loop.NowMs;
            }
            if (_isFull && _waiting.Length <= WaitingLow)
            {
                _isFull = false;
                Owner?.OnActivity();
            }
            if (_waiting.Length > 0)
            {
                return SendResult.More;
            }
        }
        if (IsEnding && IsLive && !IsLocalEnded)
        {
            SendLast();
        }
        return SendResult.Done;
    }

    /// <summary>A piece of the body came.</summary>
    internal void OnData(BufferSlice slice, bool endStream)
    {
        Http2Body body = Incoming;
        if (slice.Length > 0)
        {
            if (IsReleased)
            {
                return; // The stream is only still here to send its last bytes.
            }
            body.Arrive(slice);
        }
        if (endStream)
        {
            body.End();
        }
        long life = Life;
        Owner?.OnActivity();
        if (life == Life)
        {
            body.Keep();
        }
    }

    /// <summary>Bytes of the body were pulled.</summary>
    internal void OnTaken(int bytes) => Session.Credit(this, bytes);

    /// <summary>True while it belongs to that connection.</summary>
    internal bool IsOn(Http2Endpoint endpoint) => Endpoint == endpoint;

    /// <summary>The connection is over.</summary>
    internal abstract void OnConnectionClosed(ConnectionEvent what);

    /// <summary>Counts its lives, so that who calls its owner can see whether it is still the same stream.</summary>
    internal long Life { get; private set; }

    protected void Begin(Http2Endpoint endpoint)
    {
        Endpoint = endpoint;
        SentMs = endpoint.Connection.Loop.NowMs;
    }

    protected override Http2HeadStatus ReadTrailers(HpackDecoder decoder, ReadOnlySpan<byte> block)
    {
        Http2HeadStatus status =
            Http2HeadReader.ReadTrailers(decoder, block, Endpoint.Options.HeadLimits, Incoming.TrailersRead);
        Incoming.HasTrailers = status == Http2HeadStatus.Complete;
        return status;
    }

    protected override void OnTrailers()
    {
        Incoming.End();
        Owner?.OnActivity();
    }

    /// <summary>Our side ends with the head.</summary>
    protected void EndWithHead() => IsEnding = true;

    /// <summary>
    /// The peer is done with a tunnel and has nothing against it: it says no more and wants to hear no more. Node ends a
    /// stream so that was closed by both of its ends.
    /// </summary>
    protected static bool IsGoodbye(Http2StreamEnd end, Http2ErrorCode code) =>
        end == Http2StreamEnd.PeerReset && code == Http2ErrorCode.NoError;

    /// <summary>After such a goodbye the peer's direction has ended, and what is still meant for it goes nowhere.</summary>
    protected void EndTunnel()
    {
        DropWaiting();
        Incoming.End();
        if (Owner is { } owner)
        {
            owner.OnActivity();
        }
        else
        {
            TryRecycle();
        }
    }

    /// <summary>What waits is not to be sent any more.</summary>
    protected void DropWaiting()
    {
        _waiting.Clear();
        IsEnding = true;
    }

    /// <summary>The owner is done. Its body, if more of it comes, is dropped.</summary>
    protected void MarkReleased()
    {
        Check.That(!IsReleased);
        IsReleased = true;
        Owner = null;
        _body?.Drop();
    }

    /// <summary>Goes back to its pool once nobody refers to it.</summary>
    internal void TryRecycle()
    {
        if (!IsReleased || IsLive || IsQueued)
        {
            return;
        }
        Http2Endpoint endpoint = Endpoint;
        Clear();
        endpoint.Recycle(this);
    }

    /// <summary>Makes it ready for another life.</summary>
    protected virtual void Clear()
    {
        ClearStream();
        Life++;
        _waiting.Clear();
        _body?.Clear();
        _sentSince = 0;
        _hasTrailers = _isFull = false;
        Endpoint = null!;
        Owner = null;
        IsReleased = IsEnding = false;
    }

    private bool TakesBody(int length) => length > 0 && !IsEnding && IsLive;

    private void AfterWrite()
    {
        _isFull |= _waiting.Length >= WaitingMax;
        Endpoint.Enqueue(this);
    }

    private void SendData(int length, bool isLast)
    {
        // Small bodies in one piece with their header.
        BufferSlice first = _waiting.Front(length);
        Span<byte> room = Connection.Reserve(Http2FrameHeader.Size);
        Session.BeginData(this, room, length, isLast);
        Connection.Commit(room[..Http2FrameHeader.Size]);
        while (true)
        {
            Connection.Write(first);
            _waiting.Advance(first.Length);
            length -= first.Length;
            if (length == 0)
            {
                return;
            }
            first = _waiting.Front(length);
        }
    }

    private void SendLast()
    {
        if (_hasTrailers)
        {
            HeaderBlock trailers = _trailers!;
            Span<byte> room = Session.ReserveBlock(Http2HeadWriter.MaxLength(trailers));
            int length = Http2HeadWriter.WriteTrailers(Session.Encoder, trailers, room[Http2FrameHeader.Size..]);
            Session.CommitBlock(this, room, length, endStream: true);
            trailers.Clear();
            return;
        }
        Span<byte> header = Connection.Reserve(Http2FrameHeader.Size);
        Session.BeginData(this, header, 0, endStream: true);
        Connection.Commit(header[..Http2FrameHeader.Size]);
    }
}
