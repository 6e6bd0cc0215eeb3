using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// Keeps one frame where it was received, for as long as its stream lives, and hands its content on as a body. Pooled with
/// the stream.
/// </summary>
internal sealed class FrameBuffer : IFrameSource, IMessageBody
{
    private BufferSlice _frame;
    private BufferSlice _content;

    public ReadOnlySpan<byte> FrameBytes => _frame.Span;

    public bool IsEnded => _content.Length == 0;

    public HeaderBlock? Trailers => null;

    /// <summary>Takes a frame over.</summary>
    public void Hold(BufferSlice frame, FrameHead head)
    {
        frame.Chunk.Retain();
        _frame = frame;
        _content = new BufferSlice(frame.Chunk, frame.Start + head.HeadLength, head.ContentLength);
        head.Source = this;
    }

    /// <summary>Takes the head of a frame over, whose content is not wanted.</summary>
    public void HoldHead(BufferSlice bytes, FrameHead head)
    {
        bytes.Chunk.Retain();
        _frame = bytes;
        head.Source = this;
    }

    public bool TryRead(out BufferSlice slice)
    {
        slice = _content;
        _content = default;
        return slice.Length > 0;
    }

    /// <summary>Gives the frame up.</summary>
    public void Release()
    {
        if (_frame.Chunk is { } chunk)
        {
            _frame = _content = default;
            chunk.Release();
        }
    }
}
