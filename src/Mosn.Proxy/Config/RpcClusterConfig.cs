namespace Mosn.Proxy.Config;

/// <summary>How a cluster's hosts are spoken to in a protocol of frames (bolt, dubbo, tars ...).</summary>
public sealed record RpcClusterConfig : IConfigRecord<RpcClusterConfig>
{
    /// <summary>Bytes that a frame of a host may have. 0 stands for 67108864.</summary>
    public int MaxFrameSize { get; init; } = 67108864;

    /// <summary>How calls share connections.</summary>
    public RpcPoolMode PoolMode { get; init; } = RpcPoolMode.Protocol;

    static RpcClusterConfig IConfigRecord<RpcClusterConfig>.Bind(ConfigBinder binder, RpcClusterConfig value)
    {
        return value with
        {
            MaxFrameSize = binder.Int(
                "max_frame_size", value.MaxFrameSize,
                "Bytes that a frame of a host may have. 0 stands for 67108864.", Field.Range(0, 1073741824)),
            PoolMode = binder.Enum("pool_mode", value.PoolMode, ConfigNames.RpcPoolMode, "How calls share connections."),
        };
    }
}

/// <summary>How calls of an RPC protocol share connections to hosts.</summary>
public enum RpcPoolMode
{
    /// <summary>As the protocol has it.</summary>
    Protocol,

    /// <summary>Many at a time on a connection.</summary>
    Multiplex,

    /// <summary>One at a time on a connection.</summary>
    PingPong,

    /// <summary>Each client's connection has one for itself.</summary>
    Tcp,
}
