namespace Mosn.Protocols;

/// <summary>Holds the bytes of a frame as it was received.</summary>
public interface IFrameSource
{
    /// <summary>The whole frame, or the start of a large one. Valid while the frame's stream lives.</summary>
    ReadOnlySpan<byte> FrameBytes { get; }
}
