using Mosn.Protocols.Http2;

namespace Mosn.Proxy.Streams;

/// <summary>What a cluster's configuration says about HTTP/2 to its hosts. Immutable, shared by all its connections.</summary>
public sealed record Http2ClientSettings
{
    /// <summary>Bounds of what hosts send.</summary>
    public Http2SessionOptions Session { get; init; } = new();

    /// <summary>
    /// Milliseconds without a byte from the host after which it is sent a PING, while streams are open; 0: never, which is
    /// the default because servers of gRPC end connections that are pinged often.
    /// </summary>
    public long PingIntervalMs { get; init; }

    /// <summary>
    /// Milliseconds that the answer to a PING may take. One is sent also when a stream is given up to which not a byte came:
    /// the request may be slow, or the connection dead.
    /// </summary>
    public long PingTimeoutMs { get; init; } = 10_000;
}
