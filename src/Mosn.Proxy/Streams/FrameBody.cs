using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>Where the content of a frame comes from that was not whole when it was begun.</summary>
internal interface IFrameInput
{
    /// <summary>Takes what is there of the content. False: nothing is.</summary>
    bool TryTakeContent(out BufferSlice slice);
}

/// <summary>
/// Keeps one frame where it was received, for as long as its stream lives, and hands its content on as a body: what is here,
/// or, of a large one, what comes. Pooled with the stream.
/// </summary>
internal sealed class FrameBody(BufferPool buffers) : IFrameSource, IMessageBody
{
    private BufferSlice _frame;
    private BufferSlice _content;
    private OutputQueue? _kept;
    private FrameBudget? _budget;
    private int _handedOut;
    private bool _isCut;

    /// <summary>Null: nothing more comes.</summary>
    private IFrameInput? _input;

    public ReadOnlySpan<byte> FrameBytes => _frame.Span;

    public bool IsEnded => !_isCut && _content.Length == 0 && _input is null && KeptLength == 0;

    public HeaderBlock? Trailers => null;

    /// <summary>True if whoever pulled last found nothing: what is missing is for the peer to send.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>True while content is still to come.</summary>
    public bool IsComing => _input is not null;

    private int KeptLength => _kept is { } kept ? kept.Length - _handedOut : 0;

    /// <summary>Takes a frame over.</summary>
    public void Hold(BufferSlice frame, FrameHead head)
    {
        HoldStart(frame, head);
        _content = new BufferSlice(frame.Chunk, frame.Start + head.HeadLength, head.ContentLength);
    }

    /// <summary>Takes the start of a frame over, whose content is not wanted.</summary>
    public void HoldStart(BufferSlice start, FrameHead head)
    {
        start.Chunk.Retain();
        _frame = start;
        head.Source = this;
    }

    /// <summary>Takes the start of a frame over, whose content comes from there.</summary>
    public void HoldStart(BufferSlice start, FrameHead head, IFrameInput input)
    {
        HoldStart(start, head);
        _input = input;
    }

    public bool TryRead(out BufferSlice slice)
    {
        DropHandedOut();
        if (_kept is { Length: > 0 } kept)
        {
            slice = kept.Front(int.MaxValue);
            _handedOut = slice.Length;
        }
        else if (_input is { } input)
        {
            input.TryTakeContent(out slice);
        }
        else
        {
            slice = _content;
            _content = default;
        }
        IsStarved = slice.Length == 0;
        return !IsStarved;
    }

    /// <summary>Keeps content that nobody has pulled, because others must not wait for it. False: too much is kept already.</summary>
    public bool TryKeep(BufferSlice slice, FrameBudget budget)
    {
        if (!budget.TryTake(slice.Length))
        {
            return false;
        }
        _budget = budget;
        _kept ??= new OutputQueue(buffers);
        if (slice.Length < slice.Chunk.Capacity / 2)
        {
            _kept.Write(slice.Span); // A few bytes must not hold a chunk: the budget counts bytes.
        }
        else
        {
            _kept.Write(slice);
        }
        return true;
    }

    /// <summary>All of the content has come.</summary>
    public void End() => _input = null;

    /// <summary>Content was lost: there is no more of it, and no end.</summary>
    public void Cut()
    {
        _input = null;
        _isCut = true;
    }

    /// <summary>Gives the frame up.</summary>
    public void Release()
    {
        _input = null;
        _isCut = IsStarved = false;
        if (_kept is { Length: > 0 } kept)
        {
            _budget!.Return(kept.Length);
            kept.Clear();
            _handedOut = 0;
        }
        if (_frame.Chunk is { } chunk)
        {
            _frame = _content = default;
            chunk.Release();
        }
    }

    private void DropHandedOut()
    {
        if (_handedOut > 0)
        {
            _budget!.Return(_handedOut);
            _kept!.Advance(_handedOut);
            _handedOut = 0;
        }
    }
}
