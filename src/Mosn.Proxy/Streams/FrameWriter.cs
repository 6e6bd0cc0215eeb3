using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// Writes one frame to a connection, in one piece: frames of other streams must not come in between. Content that comes in
/// one piece, as it does unless the frame is large or a filter makes it anew, goes out without being kept. A large frame whose
/// length is known goes out as it comes, if it may keep the connection to itself; any other is kept until it is whole.
/// Pooled with its stream.
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
    private int _declaredLength;

    /// <summary>Bytes of content that are still to be written of a frame that goes out as it comes.</summary>
    private long _left;
    private bool _mayStream;
    private bool _isWritten;

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
        _declaredLength = (int)contentLength;
        _mayStream = mayStream && contentLength > FrameEndpoint<TCodec>.WholeBytesMax && _trailerLength == 0 && _oldTailLength == 0;
        _isWritten = false;
        return _headLength > 0;
    }

    /// <summary>Adds content.</summary>
    public void Add(FrameLine line, BufferSlice slice)
    {
        if (!_isWritten && !IsHalfWritten && _content.Length == 0 && slice.Length == _declaredLength)
        {
            Write(line, slice);
        }
        else if (TryStream(line))
        {
            WritePart(line, slice);
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
        else if (!_isWritten)
        {
            Write(line, default);
        }
        return true;
    }

    /// <summary>Forgets a frame that was not written.</summary>
    public void Clear()
    {
        _content.Clear();
        _headLength = _tailLength = _oldTailLength = _trailerLength = 0;
        _isWritten = _mayStream = IsHalfWritten = false;
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
        if (!_mayStream || !line.TryEnter(this))
        {
            return false;
        }
        IsHalfWritten = _isWritten = true;
        _left = _declaredLength;
        Span<byte> head = _head.AsSpan(0, _headLength);
        TCodec.SetContentLength(head, _declaredLength);
        line.Connection.Write(head);
        WriteKept(line);
        return true;
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
        _isWritten = true;
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
