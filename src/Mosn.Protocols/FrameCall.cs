namespace Mosn.Protocols;

/// <summary>What the frame of a call says beside its fields and its content, for a call that came in another protocol.</summary>
public readonly ref struct FrameCall
{
    /// <summary>The caller wants no answer.</summary>
    public bool IsOneWay { get; init; }

    /// <summary>Milliseconds that the caller waits; 0: it does not say.</summary>
    public long TimeoutMs { get; init; }

    /// <summary>The number of what the content is coded in, for protocols that say so.</summary>
    public byte Serialization { get; init; }

    /// <summary>What the content is, for protocols that say so; at most 1024 bytes.</summary>
    public ReadOnlySpan<byte> ContentClass { get; init; }
}
