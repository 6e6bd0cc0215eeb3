namespace Mosn.Protocols.Http2;

/// <summary>What one end of HTTP/2 connections allows its peers. Immutable, shared by many.</summary>
public sealed record Http2SessionOptions
{
    /// <summary>Streams that a client may have open at a time.</summary>
    public int StreamsMax { get; init; } = 128;

    /// <summary>Bounds of heads and trailers.</summary>
    public Http2HeadLimits HeadLimits { get; init; } = Http2HeadLimits.Default;

    /// <summary>Bytes that a peer may send on a new stream before any of them is taken.</summary>
    public int StreamWindowBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes to which a stream's window grows when the connection is fast and the data is taken as fast.</summary>
    public int StreamWindowBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes by which the windows of all streams of a connection may grow together.</summary>
    public int WindowGrowthBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Bytes that a peer may send on all streams together before we have looked at them. What waits is bounded by the
    /// streams' windows: one stream that nobody reads must not stop the others.
    /// </summary>
    public int ConnectionWindowBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How much of what costs more than it brings a peer may do.</summary>
    public Http2FloodLimits FloodLimits { get; init; } = new();
}
