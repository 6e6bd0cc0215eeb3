using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>Hears of a line.</summary>
internal interface IFrameLineOwner
{
    /// <summary>A frame that had the line to itself is whole. Called on the stack of who wrote it.</summary>
    void OnLineFree();
}

/// <summary>
/// The way out of one connection for frames, one after the other. A frame that goes out as it comes has it to itself until it is
/// whole; what others write meanwhile waits here and follows. Belongs to the connection's loop.
/// </summary>
internal sealed class FrameLine(Connection connection, IFrameLineOwner owner)
{
    /// <summary>Bytes that may wait before nobody is to add anything: answers made here are small, and few are made at a time.</summary>
    private const int WaitingBytesMax = 64 * 1024;

    private OutputQueue? _waiting;
    private object? _holder;

    public Connection Connection => connection;

    /// <summary>True while a frame is under way that is not whole.</summary>
    public bool IsHeld => _holder is not null;

    /// <summary>False while what makes more output should not be taken on.</summary>
    public bool IsRoom => connection.IsWritable && _waiting is not { Length: >= WaitingBytesMax };

    /// <summary>True if content of that one's frame may come now: the connection takes it, and no other frame is under way.</summary>
    public bool IsOpenTo(object writer) => connection.IsWritable && (_holder is null || _holder == writer);

    /// <summary>Keeps the connection for one frame, unless another one has it.</summary>
    public bool TryEnter(object writer)
    {
        _holder ??= writer;
        return _holder == writer;
    }

    /// <summary>The frame is whole. What has waited for it goes out.</summary>
    public void Leave(object writer)
    {
        Check.That(_holder == writer);
        _holder = null;
        while (_waiting is { Length: > 0 } waiting)
        {
            BufferSlice piece = waiting.Front(int.MaxValue);
            connection.Write(piece);
            waiting.Advance(piece.Length);
        }
        owner.OnLineFree();
    }

    /// <summary>Room for at least so many bytes of a whole frame; <see cref="Commit"/> follows.</summary>
    public Span<byte> Reserve(int atLeast) =>
        _holder is null ? connection.Reserve(atLeast) : (_waiting ??= new OutputQueue(connection.Loop.Buffers)).Reserve(atLeast);

    /// <summary>Queues what was written to the span of <see cref="Reserve"/>.</summary>
    public void Commit(ReadOnlySpan<byte> written)
    {
        if (_holder is null)
        {
            connection.Commit(written);
        }
        else
        {
            _waiting!.Commit(connection.IsClosed ? 0 : written.Length);
        }
    }

    /// <summary>Queues a part of a whole frame.</summary>
    public void Write(BufferSlice slice)
    {
        if (_holder is null)
        {
            connection.Write(slice);
        }
        else if (!connection.IsClosed)
        {
            (_waiting ??= new OutputQueue(connection.Loop.Buffers)).Write(slice);
        }
    }

    /// <summary>The connection is over.</summary>
    public void Drop() => _waiting?.Clear();
}
