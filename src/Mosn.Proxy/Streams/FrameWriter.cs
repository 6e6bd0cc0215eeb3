using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// Writes one frame to a connection, in one piece: frames of other streams must not come in between. Content that comes in
/// one piece, as it does unless the frame is large or a filter makes it anew, goes out without being kept. A large frame whose
/// length is known goes out as it comes, if it may keep the connection to itself; any other is kept until it is whole.
/// One that is held is kept as well, and then goes out as the connection takes it. Pooled with its stream.
/// </summary>
internal sealed class FrameWriter<TCodec>(BufferPool buffers)
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly OutputQueue _content = new(buffers);
    private byte[] _head = [];
    private byte[] _tail = [];
    private int _headLength;
    private int _tailLength;
    private int _oldTailLength;
    private int _oldContentLength;
    private int _trailerLength;

    /// <summary>Bytes of content that are still to be written of a frame that goes out bit by bit.</summary>
    private long _left;

    /// <summary>Bytes of content that were announced; -1: it is not known how many there are.</summary>
    public int DeclaredLength { get; private set; }

    /// <summary>True if the frame is large, and goes out as it comes.</summary>
    public bool MayStream { get; private set; }

    /// <summary>True if the frame is kept until it is whole, though it might go out as it comes.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>True from the end of a frame that was held until all of it has gone out: see <see cref="Pour"/>.</summary>
    public bool IsPouring { get; private set; }

    /// <summary>True once any of the frame has gone out.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Bytes that wait for the rest.</summary>
    public int WaitingLength => _content.Length;

    /// <summary>True while a part of the frame has gone out and not all of it: nobody can write anything else now.</summary>
    public bool IsHalfWritten { get; private set; }

    /// <summary>Begins a frame that goes on as it came, but for its id and what was changed. False: it cannot be written.</summary>
    /// <param name="contentLength">Bytes of content that are expected, if they are known; else -1.</param>
    /// <param name="mayStream">It may keep others waiting until it is whole.</param>
    public bool TryBegin(FrameHead head, HeaderBlock? fields, ulong id, long contentLength, bool mayStream)
    {
        EnsureRoom(ref _head, TCodec.MaxHeadLength(head, fields));
        _headLength = TCodec.WriteHead(head, fields, id, _head);
        if (fields is not null && head.TailLength > 0)
        {
            // The old one is kept to be known again: the frame may be gone when the content is whole.
            EnsureRoom(ref _tail, TCodec.MaxTailLength(head, fields) + head.TailLength);
            _tailLength = TCodec.WriteTail(head, fields, _tail);
            _oldTailLength = head.TailLength;
            _oldContentLength = head.ContentLength;
            head.Bytes.Slice(head.HeadLength + head.ContentLength - _oldTailLength, _oldTailLength)
                .CopyTo(_tail.AsSpan(_tailLength));
        }
        _trailerLength = head.TrailerLength;
        DeclaredLength = (int)contentLength;
        MayStream = mayStream && contentLength > FrameEndpoint<TCodec>.WholeBytesMax && _trailerLength == 0 && _oldTailLength == 0;
        HasBegun = false;
        return _headLength > 0;
    }

    /// <summary>Holds the frame that was begun, so that nobody waits for the rest of it but its own stream.</summary>
    public void Hold()
    {
        Check.That(MayStream && !HasBegun);
        MayStream = false;
        IsHeld = true;
    }

    /// <summary>Adds content.</summary>
    public void Add(FrameLine line, BufferSlice slice)
    {
        if (!HasBegun && !IsHeld && _content.Length == 0 && slice.Length == DeclaredLength && line.IsOpenTo(this))
        {
            Write(line, slice);
        }
        else if (TryStream(line))
        {
            WritePart(line, slice);
        }
        else if (slice.Length < slice.Chunk.Capacity / 2)
        {
            _content.Write(slice.Span); // A few bytes must not hold a chunk.
        }
        else
        {
            _content.Write(slice);
        }
    }

    /// <summary>Adds content that was made here.</summary>
    public void Add(FrameLine line, ReadOnlySpan<byte> bytes)
    {
        _content.Write(bytes);
        if (TryStream(line))
        {
            WriteKept(line);
        }
    }

    /// <summary>The content is whole. False: it is not what was announced, and a part of it has gone out.</summary>
    public bool End(FrameLine line)
    {
        if (IsHalfWritten)
        {
            if (_left != 0)
            {
                return false;
            }
            IsHalfWritten = false;
            line.Leave(this);
        }
        else if (IsHeld)
        {
            IsPouring = true;
            Pour(line);
        }
        else if (!HasBegun)
        {
            Write(line, default);
        }
        return true;
    }

    /// <summary>
    /// Writes more of a frame that was held and is whole: as much as the connection takes. The rest waits here, where it is
    /// counted.
    /// </summary>
    public void Pour(FrameLine line)
    {
        if (!IsHalfWritten && line.IsOpenTo(this) && line.TryEnter(this))
        {
            Start(line, _content.Length);
        }
        while (_left > 0 && IsHalfWritten && line.IsOpenTo(this))
        {
            BufferSlice piece = _content.Front(FrameEndpoint<TCodec>.WholeBytesMax);
            WritePart(line, piece);
            _content.Advance(piece.Length);
        }
        if (IsHalfWritten && _left == 0)
        {
            IsHalfWritten = IsPouring = false;
            line.Leave(this);
        }
    }

    /// <summary>Forgets a frame that was not written.</summary>
    public void Clear()
    {
        _content.Clear();
        _headLength = _tailLength = _oldTailLength = _trailerLength = 0;
        HasBegun = MayStream = IsHeld = IsPouring = IsHalfWritten = false;
    }

    private static void EnsureRoom(ref byte[] room, int length)
    {
        if (room.Length < length)
        {
            room = new byte[Math.Max(256, length)];
        }
    }

    /// <summary>True if content goes out now; what was kept of it has.</summary>
    private bool TryStream(FrameLine line)
    {
        if (IsHalfWritten)
        {
            return true;
        }
        if (!MayStream || !line.TryEnter(this))
        {
            return false;
        }
        Start(line, DeclaredLength);
        WriteKept(line);
        return true;
    }

    /// <summary>Writes the head of a frame whose content follows bit by bit.</summary>
    private void Start(FrameLine line, int length)
    {
        IsHalfWritten = HasBegun = true;
        _left = length;
        Span<byte> head = _head.AsSpan(0, _headLength);
        TCodec.SetContentLength(head, length);
        line.Connection.Write(head);
    }

    private void WriteKept(FrameLine line)
    {
        while (_content.Length > 0)
        {
            BufferSlice piece = _content.Front(int.MaxValue);
            WritePart(line, piece);
            _content.Advance(piece.Length);
        }
    }

    private void WritePart(FrameLine line, BufferSlice slice)
    {
        _left -= slice.Length;
        if (_left >= 0)
        {
            line.Connection.Write(slice);
        }
    }

    /// <param name="slice">The content, if none is kept.</param>
    private void Write(FrameLine line, BufferSlice slice)
    {
        HasBegun = true;
        int length = slice.Length + _content.Length;
        bool hasTail = HasOldTail(slice, length);
        int kept = hasTail ? length - _oldTailLength : length;
        Span<byte> head = _head.AsSpan(0, _headLength);
        TCodec.SetContentLength(head, hasTail ? kept + _tailLength : length);
        uint checksum = 0;
        WriteOwn(line, head, ref checksum);
        if (slice.Length > 0)
        {
            WriteContent(line, slice with { Length = kept }, ref checksum);
        }
        while (_content.Length > 0)
        {
            BufferSlice piece = _content.Front(int.MaxValue);
            WriteContent(line, piece with { Length = Math.Min(piece.Length, kept) }, ref checksum);
            kept -= Math.Min(piece.Length, kept);
            _content.Advance(piece.Length);
        }
        if (hasTail)
        {
            WriteOwn(line, _tail.AsSpan(0, _tailLength), ref checksum);
        }
        if (_trailerLength > 0)
        {
            Span<byte> room = line.Reserve(_trailerLength);
            TCodec.WriteTrailer(checksum, room);
            line.Commit(room[.._trailerLength]);
        }
    }

    /// <summary>
    /// Whether the content ends with the fields that were received, and so must end with the changed ones. A filter may have made
    /// it anew.
    /// </summary>
    private bool HasOldTail(BufferSlice slice, int length) =>
        _oldTailLength > 0
        && (slice.Length > 0
            ? slice.Span.EndsWith(_tail.AsSpan(_tailLength, _oldTailLength))
            : length == _oldContentLength);

    private void WriteOwn(FrameLine line, ReadOnlySpan<byte> bytes, ref uint checksum)
    {
        Span<byte> room = line.Reserve(bytes.Length);
        bytes.CopyTo(room);
        line.Commit(room[..bytes.Length]);
        if (_trailerLength > 0)
        {
            checksum = TCodec.Checksum(checksum, bytes);
        }
    }

    private void WriteContent(FrameLine line, BufferSlice piece, ref uint checksum)
    {
        if (piece.Length == 0)
        {
            return;
        }
        if (_trailerLength > 0)
        {
            checksum = TCodec.Checksum(checksum, piece.Span);
        }
        line.Write(piece);
    }
}
