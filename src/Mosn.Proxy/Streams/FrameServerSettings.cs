using Mosn.Proxy.Config;

namespace Mosn.Proxy.Streams;

/// <summary>What a listener's configuration says about a protocol of frames. Immutable, shared by all its connections.</summary>
public sealed record FrameServerSettings
{
    /// <summary>Bytes of a frame; a larger one is refused, and its connection ends.</summary>
    public int FrameBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Calls that a connection may have under way; further frames wait in the system's buffers.</summary>
    public int StreamsMax { get; init; } = 1024;

    /// <summary>Milliseconds from a frame's first byte to its last.</summary>
    public long FrameTimeoutMs { get; init; } = 60_000;

    /// <summary>
    /// Clients are told that no new calls are taken when their connection drains, if the protocol has a way to say so.
    /// </summary>
    public bool SaysGoAway { get; init; }

    /// <summary>Those of a configuration; zeros stand for the defaults.</summary>
    public static FrameServerSettings Of(FrameProtocolConfig config)
    {
        FrameServerSettings defaults = new();
        return new FrameServerSettings
        {
            FrameBytesMax = config.MaxFrameSize > 0 ? config.MaxFrameSize : defaults.FrameBytesMax,
            StreamsMax = config.MaxConcurrentRequests > 0 ? config.MaxConcurrentRequests : defaults.StreamsMax,
            FrameTimeoutMs = config.FrameTimeout > TimeSpan.Zero
                ? Math.Max(1, (long)Math.Ceiling(config.FrameTimeout.TotalMilliseconds))
                : defaults.FrameTimeoutMs,
            SaysGoAway = config.EnableGoAway,
        };
    }
}
