using Mosn.Protocols.Frames;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport;

namespace Mosn.Proxy.Upstream;

/// <summary>What a cluster's configuration says about connections to its hosts. Immutable.</summary>
public sealed record PoolSettings
{
    private const int ConnectTimeoutMsDefault = 10_000;
    private const int IdleTimeoutMsDefault = 60_000;
    private const uint RequestsPerConnectionDefault = 1024;
    private const int BufferLimitDefault = 16 * 1024;
    private const int BufferLimitMin = 1024;

    /// <summary>Bounds of each connection, connect timeout included.</summary>
    public ConnectionOptions ConnectionOptions { get; init; } = new() { IdleTimeoutMs = 60_000 };

    /// <summary>How sockets are opened.</summary>
    public ConnectOptions ConnectOptions { get; init; }

    /// <summary>Milliseconds after which a connection takes no further request; 0: never.</summary>
    public long LifetimeMs { get; init; }

    /// <summary>Milliseconds that a request may wait for a connection, when there may be no more of them.</summary>
    public long PendingTimeoutMs { get; init; } = ConnectTimeoutMsDefault;

    /// <summary>Connections that each loop opens to each host before a request needs them.</summary>
    public int WarmConnections { get; init; }

    /// <summary>Streams after which a connection is closed.</summary>
    public long RequestsPerConnectionMax { get; init; } = 1024;

    /// <summary>Of connections that speak HTTP/2.</summary>
    public Http2ClientSettings Http2 { get; init; } = new();

    /// <summary>Heartbeats and bounds of protocols of frames.</summary>
    public FrameClientSettings Frames { get; init; } = new();

    /// <summary>The settings of one cluster; zeros stand for the defaults.</summary>
    internal static PoolSettings Of(ClusterConfig config)
    {
        int buffer = config.ConnBufferLimitBytes == 0
            ? BufferLimitDefault
            : (int)Math.Clamp(config.ConnBufferLimitBytes, BufferLimitMin, int.MaxValue / 8);
        return new PoolSettings
        {
            ConnectionOptions = new()
            {
                ConnectTimeoutMs = config.ConnectTimeout > TimeSpan.Zero
                    ? Milliseconds(config.ConnectTimeout)
                    : ConnectTimeoutMsDefault,
                IdleTimeoutMs = config.IdleTimeout > TimeSpan.Zero ? Milliseconds(config.IdleTimeout) : IdleTimeoutMsDefault,
                InputLimit = buffer,
                OutputHighWatermark = 4 * buffer,
                OutputLowWatermark = buffer,
            },
            ConnectOptions = new ConnectOptions(config.Mark),
            LifetimeMs = config.ConnectionLifetime > TimeSpan.Zero ? Milliseconds(config.ConnectionLifetime) : 0,
            PendingTimeoutMs = config.PendingTimeout > TimeSpan.Zero
                ? Milliseconds(config.PendingTimeout)
                : config.ConnectTimeout > TimeSpan.Zero ? Milliseconds(config.ConnectTimeout) : ConnectTimeoutMsDefault,
            WarmConnections = (int)Math.Min(config.WarmConnections, 1024),
            RequestsPerConnectionMax =
                config.MaxRequestPerConn == 0 ? RequestsPerConnectionDefault : config.MaxRequestPerConn,
            Http2 = config.KeepAlive is { } keepAlive && keepAlive.Interval > TimeSpan.Zero
                ? new Http2ClientSettings
                {
                    PingIntervalMs = Milliseconds(keepAlive.Interval),
                    PingTimeoutMs = Milliseconds(keepAlive.Timeout),
                }
                : new Http2ClientSettings(),
            Frames = FramesOf(config),
        };
    }

    private static FrameClientSettings FramesOf(ClusterConfig config)
    {
        FrameClientSettings defaults = new();
        KeepAliveConfig keepAlive = config.KeepAlive ?? new KeepAliveConfig();
        RpcClusterConfig rpc = config.Rpc ?? new RpcClusterConfig();
        return defaults with
        {
            FrameBytesMax = rpc.MaxFrameSize > 0 ? rpc.MaxFrameSize : defaults.FrameBytesMax,
            PoolMode = rpc.PoolMode switch
            {
                RpcPoolMode.Multiplex => FramePoolMode.Multiplex,
                RpcPoolMode.PingPong => FramePoolMode.PingPong,
                RpcPoolMode.Tcp => FramePoolMode.Binding,
                _ => null,
            },
            HeartbeatMs = keepAlive.Interval > TimeSpan.Zero ? Milliseconds(keepAlive.Interval) : defaults.HeartbeatMs,
            HeartbeatTimeoutMs =
                keepAlive.Timeout > TimeSpan.Zero ? Milliseconds(keepAlive.Timeout) : defaults.HeartbeatTimeoutMs,
            IdleTimeoutMs = config.IdleTimeout > TimeSpan.Zero ? Milliseconds(config.IdleTimeout) : IdleTimeoutMsDefault,
        };
    }

    // Rounded up: a time that was asked for must not become "never".
    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalMilliseconds));
}
