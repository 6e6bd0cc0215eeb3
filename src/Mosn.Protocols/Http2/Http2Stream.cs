namespace Mosn.Protocols.Http2;

/// <summary>How a stream came to a sudden end.</summary>
public enum Http2StreamEnd : byte
{
    /// <summary>The peer reset it.</summary>
    PeerReset,

    /// <summary>The peer broke the protocol on it, and we reset it.</summary>
    Violation,

    /// <summary>The peer did not process it at all, and will not: it said REFUSED_STREAM, or goes away.</summary>
    Refused,
}

/// <summary>
/// One stream of an <see cref="Http2Session"/>: what the session keeps about it, and what it tells it. Pooled by its
/// owner; a session refers to it from its first frame until both sides have ended or one was reset.
/// </summary>
public abstract class Http2Stream
{
    /// <summary>0 before the session knows it.</summary>
    public int Id { get; internal set; }

    /// <summary>True from its first frame until both sides have ended, or one was reset.</summary>
    public bool IsLive { get; internal set; }

    /// <summary>The peer sends nothing more.</summary>
    public bool IsRemoteEnded { get; internal set; }

    /// <summary>We send nothing more.</summary>
    public bool IsLocalEnded { get; internal set; }

    /// <summary>The head is there, a final one; what comes after it are trailers.</summary>
    internal bool HasHead { get; set; }

    /// <summary>Bytes we may send; negative after the peer made its windows smaller.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Bytes the peer may send; negative while it has used a larger window than ours, before it knew ours.</summary>
    internal int ReceiveWindow { get; set; }

    /// <summary>What <see cref="ReceiveWindow"/> is when everything received was taken.</summary>
    internal int WindowTarget { get; set; }

    /// <summary>When the peer opened it, in the milliseconds of the session's caller.</summary>
    internal long BornMs { get; set; }

    /// <summary>Milliseconds from then on after which it is no surprise that the peer gives up.</summary>
    internal long PatienceMs { get; private set; } = long.MaxValue;

    /// <summary>Bytes that were taken, and that the peer was not told of.</summary>
    internal int Taken { get; set; }

    /// <summary>Bytes of the body that are to come; -1: not declared.</summary>
    internal long BodyLeft { get; set; } = -1;

    /// <summary>Reads a head into wherever it is kept. Called while it is the first of the stream or follows interim ones.</summary>
    /// <param name="endStream">Nothing follows.</param>
    protected internal abstract Http2HeadStatus ReadHead(HpackDecoder decoder, ReadOnlySpan<byte> block, bool endStream);

    /// <summary>Reads the fields after the body.</summary>
    protected internal abstract Http2HeadStatus ReadTrailers(HpackDecoder decoder, ReadOnlySpan<byte> block);

    /// <summary>
    /// A valid head was read. The stream may be ended, reset and used for something else when this returns, as with
    /// every call from here on.
    /// </summary>
    protected internal abstract void OnHead();

    /// <summary>What was read is an interim response (1xx); the stream forgets it.</summary>
    protected internal virtual void OnInterim()
    {
    }

    /// <summary>True if what <see cref="ReadHead"/> read is an interim response.</summary>
    protected internal virtual bool IsInterim => false;

    /// <summary>The head was larger than allowed. The stream may answer; the body, if any, is not wanted.</summary>
    protected internal abstract void OnHeadTooLarge();

    /// <summary>Trailers were read: the peer has ended its side.</summary>
    protected internal abstract void OnTrailers();

    /// <summary>The stream is over before its end; the session has forgotten it.</summary>
    protected internal abstract void OnEnd(Http2StreamEnd end, Http2ErrorCode code);

    /// <summary>Says how long the body is; DATA that does not make up as much is a violation (RFC 9113 section 8.1.1).</summary>
    protected void ExpectBody(long bytes) => BodyLeft = bytes;

    /// <summary>Says how long the peer waits at least, by its own words: a reset after that does not count as a rapid one.</summary>
    /// <param name="ms">Milliseconds.</param>
    protected void ExpectPatience(long ms) => PatienceMs = ms;

    /// <summary>Makes it ready for another life.</summary>
    protected void ClearStream()
    {
        Check.That(!IsLive);
        Id = 0;
        IsRemoteEnded = IsLocalEnded = HasHead = false;
        SendWindow = BornMs = 0;
        ReceiveWindow = WindowTarget = Taken = 0;
        BodyLeft = -1;
        PatienceMs = long.MaxValue;
    }
}
