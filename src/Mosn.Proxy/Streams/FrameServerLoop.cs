using Mosn.Protocols.Frames;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>What all of a listener's connections on one loop share in one protocol of frames.</summary>
internal sealed class FrameServerLoop<TCodec>(EventLoop loop)
    where TCodec : struct, IFrameCodec<TCodec>
{
    /// <summary>Bytes of answers that are held until they are whole: as many as a frame may have.</summary>
    public const int HeldBytesMax = 64 * 1024 * 1024;

    /// <summary>Free streams.</summary>
    public ObjectPool<FrameServerStream<TCodec>> Streams { get; } =
        new(loop, () => new FrameServerStream<TCodec>(loop.Buffers));

    /// <summary>For large answers to clients that wait for others, too.</summary>
    public FrameBudget Held { get; } = new(HeldBytesMax);
}
