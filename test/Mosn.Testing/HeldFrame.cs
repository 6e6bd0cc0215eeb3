using Mosn.Protocols;

namespace Mosn.Testing;

/// <summary>A frame that a test has made.</summary>
public sealed class HeldFrame(byte[] bytes) : IFrameSource
{
    public ReadOnlySpan<byte> FrameBytes => bytes;
}
