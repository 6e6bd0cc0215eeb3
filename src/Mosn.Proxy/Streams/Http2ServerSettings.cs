using Mosn.Protocols.Http2;

namespace Mosn.Proxy.Streams;

/// <summary>What a listener's configuration says about HTTP/2. Immutable, shared by all its connections.</summary>
public sealed record Http2ServerSettings
{
    /// <summary>Bounds of what clients send.</summary>
    public Http2SessionOptions Session { get; init; } = new();

    /// <summary>
    /// Milliseconds from the first byte of the preface, a frame or a head to its last; and for our settings to be
    /// acknowledged.
    /// </summary>
    public long HeadTimeoutMs { get; init; } = 60_000;

    /// <summary>Bytes of a request's body; 0: unbounded.</summary>
    public long RequestBodyBytesMax { get; init; }

    /// <summary>
    /// Bytes a second that a request body must bring until the response begins, looked at every <see cref="BodyWindowMs"/>;
    /// 0: any pace will do. Calls of gRPC may be silent.
    /// </summary>
    public int BodyRateMin { get; init; } = 64;

    /// <summary>Milliseconds over which the pace of a request body is averaged.</summary>
    public long BodyWindowMs { get; init; } = 60_000;

    /// <summary>
    /// Milliseconds without a byte from the client, while its requests are under way, after which it is sent a PING; 0: never.
    /// </summary>
    public long PingIntervalMs { get; init; } = 60_000;

    /// <summary>Milliseconds in which a byte must come after a PING.</summary>
    public long PingTimeoutMs { get; init; } = 20_000;

    /// <summary>Milliseconds that a response may wait for a window that the client keeps shut; 0: for ever.</summary>
    public long StallTimeoutMs { get; init; } = 60_000;
}
