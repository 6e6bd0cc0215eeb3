namespace Mosn.Proxy.Config;

/// <summary>Settings of a protocol of frames (bolt, dubbo, tars ...) on a listener.</summary>
public sealed record FrameProtocolConfig : IConfigRecord<FrameProtocolConfig>
{
    /// <summary>Bytes that a frame may have. 0 stands for 67108864.</summary>
    public int MaxFrameSize { get; init; } = 67108864;

    /// <summary>Calls that a client may have under way on one connection. 0 stands for 1024.</summary>
    public int MaxConcurrentRequests { get; init; } = 1024;

    /// <summary>Time for a frame to arrive whole. 0 stands for 60s.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tell clients of a shutdown also in a protocol of which not all peers know how: bolt, x_example.</summary>
    public bool EnableGoAway { get; init; }

    static FrameProtocolConfig IConfigRecord<FrameProtocolConfig>.Bind(ConfigBinder binder, FrameProtocolConfig value)
    {
        return value with
        {
            MaxFrameSize = binder.Int(
                "max_frame_size", value.MaxFrameSize,
                "Bytes that a frame may have. 0 stands for 67108864.", Field.Range(0, 1073741824)),
            MaxConcurrentRequests = binder.Int(
                "max_concurrent_requests", value.MaxConcurrentRequests,
                "Calls that a client may have under way on one connection. 0 stands for 1024.",
                Field.Range(0, 1048576)),
            FrameTimeout = binder.Duration(
                "frame_timeout", value.FrameTimeout,
                "Time for a frame to arrive whole. 0 stands for 60s.", Field.ZeroMeansDefault),
            EnableGoAway = binder.Bool(
                "enable_bolt_goaway", value.EnableGoAway,
                "Tell clients of a shutdown also in a protocol of which not all peers know how: bolt, x_example."),
        };
    }
}
