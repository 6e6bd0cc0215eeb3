using Mosn.Protocols;
using Mosn.Protocols.Frames;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>A frame that a test has made.</summary>
internal sealed class HeldFrame(byte[] bytes) : IFrameSource
{
    public ReadOnlySpan<byte> FrameBytes => bytes;
}
