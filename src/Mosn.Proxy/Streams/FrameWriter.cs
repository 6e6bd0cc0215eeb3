using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// Writes one frame to a connection, whole: frames of other streams must not come in between. Content that comes in one
/// piece, as it does unless a filter makes it anew, goes out without being kept. Pooled with its stream.
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
    private bool _isWritten;

    /// <summary>Bytes that wait for the rest.</summary>
    public int WaitingLength => _content.Length;

    /// <summary>Begins a frame that goes on as it came, but for its id and what was changed. False: it cannot be written.</summary>
    /// <param name="contentLength">Bytes of content that are expected, if they are known; else -1.</param>
    public bool TryBegin(FrameHead head, HeaderBlock? fields, ulong id, long contentLength)
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
        _isWritten = false;
        return _headLength > 0;
    }

    /// <summary>Adds content.</summary>
    public void Add(Connection connection, BufferSlice slice)
    {
        if (_content.Length == 0 && slice.Length == _declaredLength)
        {
            Write(connection, slice);
        }
        else
        {
            _content.Write(slice);
        }
    }

    /// <summary>Adds content that was made here.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _content.Write(bytes);

    /// <summary>The content is whole.</summary>
    public void End(Connection connection)
    {
        if (!_isWritten)
        {
            Write(connection, default);
        }
    }

    /// <summary>Forgets a frame that was not written.</summary>
    public void Clear()
    {
        _content.Clear();
        _headLength = _tailLength = _oldTailLength = _trailerLength = 0;
        _isWritten = false;
    }

    private static void EnsureRoom(ref byte[] room, int length)
    {
        if (room.Length < length)
        {
            room = new byte[Math.Max(256, length)];
        }
    }

    /// <param name="slice">The content, if none is kept.</param>
    private void Write(Connection connection, BufferSlice slice)
    {
        _isWritten = true;
        int length = slice.Length + _content.Length;
        bool hasTail = HasOldTail(slice, length);
        int kept = hasTail ? length - _oldTailLength : length;
        Span<byte> head = _head.AsSpan(0, _headLength);
        TCodec.SetContentLength(head, hasTail ? kept + _tailLength : length);
        uint checksum = 0;
        WriteOwn(connection, head, ref checksum);
        if (slice.Length > 0)
        {
            WriteContent(connection, slice with { Length = kept }, ref checksum);
        }
        while (_content.Length > 0)
        {
            BufferSlice piece = _content.Front(int.MaxValue);
            WriteContent(connection, piece with { Length = Math.Min(piece.Length, kept) }, ref checksum);
            kept -= Math.Min(piece.Length, kept);
            _content.Advance(piece.Length);
        }
        if (hasTail)
        {
            WriteOwn(connection, _tail.AsSpan(0, _tailLength), ref checksum);
        }
        if (_trailerLength > 0)
        {
            Span<byte> room = connection.Reserve(_trailerLength);
            TCodec.WriteTrailer(checksum, room);
            connection.Commit(room[.._trailerLength]);
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

    private void WriteOwn(Connection connection, ReadOnlySpan<byte> bytes, ref uint checksum)
    {
        Span<byte> room = connection.Reserve(bytes.Length);
        bytes.CopyTo(room);
        connection.Commit(room[..bytes.Length]);
        if (_trailerLength > 0)
        {
            checksum = TCodec.Checksum(checksum, bytes);
        }
    }

    private void WriteContent(Connection connection, BufferSlice piece, ref uint checksum)
    {
        if (piece.Length == 0)
        {
            return;
        }
        if (_trailerLength > 0)
        {
            checksum = TCodec.Checksum(checksum, piece.Span);
        }
        connection.Write(piece);
    }
}
