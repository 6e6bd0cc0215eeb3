namespace Mosn.Proxy.Config;

/// <summary>Settings of HTTP/2 on a listener.</summary>
public sealed record Http2Config : IConfigRecord<Http2Config>
{
    /// <summary>Requests that a client may have under way on one connection. 0 stands for 128.</summary>
    public int MaxConcurrentStreams { get; init; } = 128;

    /// <summary>Bytes that a request head may have, each field counted with 32 more. 0 stands for 61440.</summary>
    public int MaxHeaderListSize { get; init; } = 61440;

    /// <summary>Fields that a request head may have. 0 stands for 128.</summary>
    public int MaxHeaderCount { get; init; } = 128;

    /// <summary>Bytes that a request body may have. 0: unbounded.</summary>
    public long MaxRequestBodySize { get; init; }

    /// <summary>Bytes of a request body that are taken before they are passed on; grows up to 16 times. 0 stands for 65536.</summary>
    public int InitialStreamWindowSize { get; init; } = 65536;

    /// <summary>Time for a frame and for a request head to arrive whole. 0 stands for 60s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second that a request body must bring, averaged over a minute. 0: any pace will do.</summary>
    public int MinRequestBodyRate { get; init; } = 64;

    /// <summary>Time that a response may wait because the client takes nothing of it. 0 stands for 60s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    static Http2Config IConfigRecord<Http2Config>.Bind(ConfigBinder binder, Http2Config value)
    {
        binder.Ignored("http2_use_stream", "Bodies always stream here.");
        return value with
        {
            MaxConcurrentStreams = binder.Int(
                "max_concurrent_streams", value.MaxConcurrentStreams,
                "Requests that a client may have under way on one connection. 0 stands for 128.",
                Field.Range(0, 65536)),
            MaxHeaderListSize = binder.Int(
                "max_header_list_size", value.MaxHeaderListSize,
                "Bytes that a request head may have, each field counted with 32 more. 0 stands for 61440.",
                Field.Range(0, 16777216)),
            MaxHeaderCount = binder.Int(
                "max_header_count", value.MaxHeaderCount,
                "Fields that a request head may have. 0 stands for 128.", Field.Range(0, 65536)),
            MaxRequestBodySize = binder.Long(
                "max_request_body_size", value.MaxRequestBodySize,
                "Bytes that a request body may have. 0: unbounded."),
            InitialStreamWindowSize = binder.Int(
                "initial_stream_window_size", value.InitialStreamWindowSize,
                "Bytes of a request body that are taken before they are passed on; grows up to 16 times. 0 stands for 65536.",
                Field.Range(0, 16777216)),
            HeaderTimeout = binder.Duration(
                "header_timeout", value.HeaderTimeout,
                "Time for a frame and for a request head to arrive whole. 0 stands for 60s.", Field.ZeroMeansDefault),
            MinRequestBodyRate = binder.Int(
                "min_request_body_rate", value.MinRequestBodyRate,
                "Bytes a second that a request body must bring, averaged over a minute. 0: any pace will do.",
                Field.Range(0, 1048576)),
            StallTimeout = binder.Duration(
                "stall_timeout", value.StallTimeout,
                "Time that a response may wait because the client takes nothing of it. 0 stands for 60s.",
                Field.ZeroMeansDefault),
        };
    }
}
