namespace Mosn.Protocols.Http1;

/// <summary>Bounds on what a peer may make us keep. Use <see cref="Default"/> and <c>with</c>.</summary>
/// <param name="HeadBytesMax">Of a whole head, first line and empty line included.</param>
/// <param name="HeaderCountMax">Fields of one head.</param>
/// <param name="TargetBytesMax">Of a request's target.</param>
/// <param name="ChunkLineBytesMax">Digits of a chunk's size, leading zeros included.</param>
/// <param name="TrailerBytesMax">Of a whole trailer section, empty line included.</param>
/// <param name="TrailerCountMax">Fields of one trailer section.</param>
public readonly record struct Http1Limits(
    int HeadBytesMax, int HeaderCountMax, int TargetBytesMax, int ChunkLineBytesMax, int TrailerBytesMax,
    int TrailerCountMax)
{
    public Http1Limits()
        : this(
            HeadBytesMax: 60 * 1024, HeaderCountMax: 100, TargetBytesMax: 8 * 1024, ChunkLineBytesMax: 16,
            TrailerBytesMax: 8 * 1024, TrailerCountMax: 32)
    {
    }

    public static Http1Limits Default { get; } = new();
}
