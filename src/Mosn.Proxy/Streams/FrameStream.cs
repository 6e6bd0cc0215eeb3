using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// What both sides of a call have in common: one frame that came, and one that is written. Pooled; belongs to its
/// connection's loop.
/// </summary>
internal abstract class FrameStream<TCodec>(BufferPool buffers) : IBodySink
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly FrameBody _body = new(buffers);

    public Connection Connection => End.Connection;

    public IMessageBody Body => _body;

    public StreamError? Error { get; private set; }

    public virtual bool IsWritable => End.Line.IsOpenTo(Writer);

    /// <summary>The frame that came.</summary>
    internal FrameHead Head { get; } = new() { Readers = FrameCodecs.ReadersOf<TCodec>() };

    /// <summary>The connection that the stream is on.</summary>
    protected abstract FrameEndpoint<TCodec> End { get; }

    /// <summary>The frame that goes.</summary>
    protected FrameWriter<TCodec> Writer { get; } = new(buffers);

    /// <summary>Who drives the stream; null before and after.</summary>
    protected IStreamOwner? Owner { get; set; }

    /// <summary>True while content is to be written.</summary>
    protected abstract bool TakesContent { get; }

    /// <summary>True while a large frame has come in part.</summary>
    protected bool IsContentComing => _body.IsComing;

    public void SendBody(BufferSlice slice)
    {
        if (TakesContent)
        {
            Writer.Add(End.Line, slice);
        }
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (TakesContent)
        {
            Writer.Add(End.Line, bytes);
        }
    }

    internal void OnActivity() => Owner?.OnActivity();

    /// <summary>All of the content has come.</summary>
    internal void OnContentEnd() => _body.End();

    /// <summary>Keeps content that was not pulled. False: too much is kept already.</summary>
    internal virtual bool TryKeep(BufferSlice slice) => false;

    /// <summary>Content was not pulled while others waited, and is lost.</summary>
    internal void OnTooSlow()
    {
        _body.Cut();
        Fail(new StreamError(ErrorSource.Downstream, StreamErrorKind.TimedOut));
    }

    /// <summary>Keeps content for who pulls it later.</summary>
    protected bool TryKeep(BufferSlice slice, FrameBudget budget) => _body.TryKeep(slice, budget);

    /// <summary>Takes over a frame that was looked at.</summary>
    /// <param name="frame">All of it; or its start, if it <paramref name="isStreamed"/>.</param>
    protected void Accept(FrameHead head, BufferSlice frame, bool isStreamed)
    {
        Head.CopyFrom(head);
        if (isStreamed)
        {
            Head.IsStreamed = true;
            _body.HoldStart(frame, Head, End);
        }
        else
        {
            _body.Hold(frame, Head);
        }
    }

    protected void Fail(StreamError error)
    {
        Error = error;
        Owner?.OnActivity();
    }

    /// <summary>Makes it ready for the next call.</summary>
    protected void ClearFrames()
    {
        Owner = null;
        Error = null;
        Writer.Clear();
        Head.Clear();
        _body.Release();
    }
}
