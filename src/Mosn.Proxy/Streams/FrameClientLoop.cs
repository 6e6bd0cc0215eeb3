using Mosn.Protocols.Frames;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>What all connections of one loop to hosts share in one protocol of frames.</summary>
internal sealed class FrameClientLoop<TCodec>(EventLoop loop)
    where TCodec : struct, IFrameCodec<TCodec>
{
    /// <summary>Bytes of answers that are kept for slow clients: as many as a frame may have.</summary>
    public const int KeptBytesMax = 64 * 1024 * 1024;

    /// <summary>Free streams.</summary>
    public ObjectPool<FrameClientStream<TCodec>> Streams { get; } =
        new(loop, () => new FrameClientStream<TCodec>(loop.Buffers));

    /// <summary>For content of answers that nobody has pulled yet.</summary>
    public FrameBudget Kept { get; } = new(KeptBytesMax);
}
