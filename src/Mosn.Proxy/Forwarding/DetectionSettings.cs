namespace Mosn.Proxy.Forwarding;

/// <summary>How long a listener waits to learn what a client speaks, and what follows if it does not.</summary>
internal sealed record DetectionSettings
{
    /// <summary>Bytes that may leave it open what they are; no protocol needs as many to be told.</summary>
    public const int BytesMax = 1024;

    /// <summary>Milliseconds from the first byte to the one that decides.</summary>
    public long TimeoutMs { get; init; } = 15_000;

    /// <summary>The next network filter gets a connection that speaks none of the protocols; else it is closed.</summary>
    public bool FallsBack { get; init; }
}
