using Mosn.Proxy.Network;
using Mosn.Transport;

namespace Mosn.Proxy.Upstream;

/// <summary>What a cluster's configuration says about connections to its hosts. Immutable.</summary>
public sealed record PoolSettings
{
    /// <summary>Bounds of each connection, connect timeout included.</summary>
    public ConnectionOptions ConnectionOptions { get; init; } = new() { IdleTimeoutMs = 60_000 };

    /// <summary>How sockets are opened.</summary>
    public ConnectOptions ConnectOptions { get; init; }

    /// <summary>Streams after which a connection is closed.</summary>
    public long RequestsPerConnectionMax { get; init; } = 1024;
}
