namespace Mosn.Proxy.Network;

/// <summary>Bounds of one connection. Immutable, shared by many.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Milliseconds without a byte in either direction after which an idle connection is closed; 0: never.</summary>
    public long IdleTimeoutMs { get; init; }

    /// <summary>Milliseconds that output may wait without the peer taking a byte; 0: for ever.</summary>
    public long WriteTimeoutMs { get; init; } = 15_000;

    /// <summary>Milliseconds a connect may take.</summary>
    public long ConnectTimeoutMs { get; init; } = 10_000;

    /// <summary>Milliseconds that a closed connection waits for the peer to see our last bytes.</summary>
    public long LingerMs { get; init; } = 2_000;

    /// <summary>Bytes of unconsumed input above which nothing more is read.</summary>
    public int InputLimit { get; init; } = 32 * 1024;

    /// <summary>Bytes of queued output above which producers should pause.</summary>
    public int OutputHighWatermark { get; init; } = 64 * 1024;

    /// <summary>Bytes of queued output below which they go on.</summary>
    public int OutputLowWatermark { get; init; } = 16 * 1024;
}
