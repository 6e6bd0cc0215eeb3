using Mosn.Protocols.Frames;

namespace Mosn.Proxy.Streams;

/// <summary>What a cluster's configuration says about a protocol of frames to its hosts. Immutable, shared.</summary>
public sealed record FrameClientSettings
{
    /// <summary>Bytes of a frame; a larger one ends its connection.</summary>
    public int FrameBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>How calls share connections; null: as the protocol has it.</summary>
    public FramePoolMode? PoolMode { get; init; }

    /// <summary>Milliseconds in which a frame that has begun must move.</summary>
    public long FrameTimeoutMs { get; init; } = 60_000;

    /// <summary>Calls that may be under way on one connection: one, if their answers have no ids.</summary>
    public int StreamsMax { get; init; } = 64 * 1024;

    /// <summary>Milliseconds between two heartbeats, if the protocol has them; 0: none are sent.</summary>
    public long HeartbeatMs { get; init; } = 15_000;

    /// <summary>Milliseconds in which a heartbeat must be answered, or anything else come.</summary>
    public long HeartbeatTimeoutMs { get; init; } = 1_000;

    /// <summary>Heartbeats in a row without an answer in time after which the connection is given up.</summary>
    public int HeartbeatsMissedMax { get; init; } = 6;

    /// <summary>Milliseconds without a call after which a connection ends, though heartbeats keep it from being idle.</summary>
    public long IdleTimeoutMs { get; init; } = 60_000;
}
