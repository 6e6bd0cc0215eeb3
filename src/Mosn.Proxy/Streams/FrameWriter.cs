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
    private int _headLength;
    private int _trailerLength;
    private int _declaredLength;
    private bool _isWritten;

    /// <summary>Bytes that wait for the rest.</summary>
    public int WaitingLength => _content.Length;

    /// <summary>Begins a frame that goes on as it came, but for its id and what was changed. False: it cannot be written.</summary>
    /// <param name="contentLength">Bytes of content that are expected, if they are known; else -1.</param>
    public bool TryBegin(FrameHead head, HeaderBlock? fields, ulong id, long contentLength)
    {
        int room = TCodec.MaxHeadLength(head, fields);
        if (_head.Length < room)
        {
            _head = new byte[Math.Max(256, room)];
        }
        _headLength = TCodec.WriteHead(head, fields, id, _head);
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
        _headLength = _trailerLength = 0;
        _isWritten = false;
    }

    /// <param name="slice">The content, if none is kept.</param>
    private void Write(Connection connection, BufferSlice slice)
    {
        _isWritten = true;
        TCodec.SetContentLength(_head.AsSpan(0, _headLength), slice.Length + _content.Length);
        Span<byte> room = connection.Reserve(_headLength);
        _head.AsSpan(0, _headLength).CopyTo(room);
        connection.Commit(room[.._headLength]);
        uint checksum = _trailerLength > 0 ? TCodec.Checksum(0, _head.AsSpan(0, _headLength)) : 0;
        if (slice.Length > 0)
        {
            WriteContent(connection, slice, ref checksum);
        }
        while (_content.Length > 0)
        {
            BufferSlice piece = _content.Front(int.MaxValue);
            WriteContent(connection, piece, ref checksum);
            _content.Advance(piece.Length);
        }
        if (_trailerLength > 0)
        {
            room = connection.Reserve(_trailerLength);
            TCodec.WriteTrailer(checksum, room);
            connection.Commit(room[.._trailerLength]);
        }
    }

    private void WriteContent(Connection connection, BufferSlice piece, ref uint checksum)
    {
        if (_trailerLength > 0)
        {
            checksum = TCodec.Checksum(checksum, piece.Span);
        }
        connection.Write(piece);
    }
}
