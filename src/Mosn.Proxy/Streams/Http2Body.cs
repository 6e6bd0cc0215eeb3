using Mosn.Protocols;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The body of an HTTP/2 message: what comes is handed on from the connection's input if somebody pulls it at once, and
/// kept if nobody does. What is kept is bounded by the stream's window, which is given back as it is pulled.
/// </summary>
internal sealed class Http2Body(Http2MessageStream stream) : IMessageBody
{
    private OutputQueue? _kept;
    private BufferSlice _arriving;
    private int _handedOut;
    private long _bytesMax;
    private bool _isWhole;

    public bool IsEnded => _isWhole && KeptLength == 0 && _arriving.Length == 0;

    public HeaderBlock? Trailers => HasTrailers ? TrailersRead : null;

    /// <summary>True once there is more of it than allowed.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>True if whoever pulled last found nothing: what is missing is for the peer to send.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>Bytes of payload pulled.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes of payload received.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Where trailers are read to.</summary>
    public HeaderBlock TrailersRead { get; } = new();

    /// <summary>True once trailers were read.</summary>
    public bool HasTrailers { get; set; }

    private int KeptLength => _kept is { } kept ? kept.Length - _handedOut : 0;

    /// <param name="bytesMax">Payload above which the body is too large; 0: unbounded.</param>
    public void Start(long bytesMax)
    {
        _bytesMax = bytesMax == 0 ? long.MaxValue : bytesMax;
    }

    public bool TryRead(out BufferSlice slice)
    {
        DropHandedOut();
        if (IsTooLarge)
        {
            slice = default;
            return false;
        }
        if (_kept is { Length: > 0 } kept)
        {
            slice = kept.Front(int.MaxValue);
            _handedOut = slice.Length;
        }
        else
        {
            slice = _arriving;
            _arriving = default;
        }
        IsStarved = slice.Length == 0;
        if (IsStarved)
        {
            return false;
        }
        BytesRead += slice.Length;
        stream.OnTaken(slice.Length);
        return true;
    }

    /// <summary>A piece has come. What of it is not pulled when its owner was told must be kept: <see cref="Keep"/>.</summary>
    public void Arrive(BufferSlice slice)
    {
        BytesReceived += slice.Length;
        IsTooLarge |= BytesReceived > _bytesMax;
        if (KeptLength > 0)
        {
            Keep(slice);
        }
        else
        {
            _arriving = slice;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End() => _isWhole = true;

    /// <summary>Keeps what nobody pulled, before the input that it lies in is used again.</summary>
    public void Keep()
    {
        if (_arriving.Length > 0)
        {
            Keep(_arriving);
            _arriving = default;
        }
    }

    private void Keep(BufferSlice slice)
    {
        _kept ??= new OutputQueue(stream.Buffers);
        if (slice.Length < slice.Chunk.Capacity / 2)
        {
            _kept.Write(slice.Span); // A few bytes must not hold a chunk: the window counts bytes.
        }
        else
        {
            _kept.Write(slice);
        }
    }

    /// <summary>Forgets what is kept.</summary>
    public void Drop()
    {
        _handedOut = 0;
        _arriving = default;
        _kept?.Clear();
    }

    /// <summary>Makes it ready for the next message.</summary>
    public void Clear()
    {
        Drop();
        _isWhole = HasTrailers = IsTooLarge = IsStarved = false;
        BytesRead = BytesReceived = 0;
        if (TrailersRead.Count > 0)
        {
            TrailersRead.Clear();
        }
    }

    private void DropHandedOut()
    {
        if (_handedOut > 0)
        {
            _kept!.Advance(_handedOut);
            _handedOut = 0;
        }
    }
}
