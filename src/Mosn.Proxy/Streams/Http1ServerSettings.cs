using Mosn.Protocols.Http1;

namespace Mosn.Proxy.Streams;

/// <summary>What a listener's configuration says about HTTP/1. Immutable, shared by all its connections.</summary>
public sealed record Http1ServerSettings
{
    /// <summary>Bounds of heads, chunks and trailers.</summary>
    public Http1Limits Limits { get; init; } = Http1Limits.Default;

    /// <summary>Milliseconds from a head's first byte to its last.</summary>
    public long HeadTimeoutMs { get; init; } = 60_000;

    /// <summary>Bytes of a request's body; 0: unbounded.</summary>
    public long RequestBodyBytesMax { get; init; }

    /// <summary>
    /// Bytes a second that a request body must bring, looked at every <see cref="BodyWindowMs"/>; 0: any pace will do.
    /// </summary>
    public int BodyRateMin { get; init; } = 64;

    /// <summary>Milliseconds over which the pace of a request body is averaged.</summary>
    public long BodyWindowMs { get; init; } = 60_000;

    /// <summary>
    /// Requests may ask for tunnels, by <c>Upgrade</c> or CONNECT, and the handler decides. Else the first is ignored and the
    /// second refused.
    /// </summary>
    public bool OffersTunnels { get; init; }

    /// <summary>Bytes of a request body that are read and dropped after an early response, to keep the connection.</summary>
    public long DrainBytesMax { get; init; } = 64 * 1024;
}
