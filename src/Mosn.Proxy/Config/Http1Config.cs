namespace Mosn.Proxy.Config;

/// <summary>Settings of HTTP/1 on a listener.</summary>
public sealed record Http1Config : IConfigRecord<Http1Config>
{
    /// <summary>Bytes that a request head may have, first line included. 0 stands for 61440.</summary>
    public int MaxHeaderSize { get; init; } = 61440;

    /// <summary>Header lines that a request may have. 0 stands for 100.</summary>
    public int MaxHeaderCount { get; init; } = 100;

    /// <summary>Bytes that a request body may have. 0: unbounded.</summary>
    public long MaxRequestBodySize { get; init; }

    /// <summary>Time for a request head to arrive whole. 0 stands for 60s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second that a request body must bring, averaged over a minute. 0: any pace will do.</summary>
    public int MinRequestBodyRate { get; init; } = 64;

    static Http1Config IConfigRecord<Http1Config>.Bind(ConfigBinder binder, Http1Config value)
    {
        value = value with
        {
            MaxHeaderSize = binder.Int(
                "max_header_size", value.MaxHeaderSize,
                "Bytes that a request head may have, first line included. 0 stands for 61440.",
                Field.Range(0, 16777216)),
            MaxHeaderCount = binder.Int(
                "max_header_count", value.MaxHeaderCount,
                "Header lines that a request may have. 0 stands for 100.", Field.Range(0, 65536)),
            MaxRequestBodySize = binder.Long(
                "max_request_body_size", value.MaxRequestBodySize,
                "Bytes that a request body may have. 0: unbounded."),
            HeaderTimeout = binder.Duration(
                "header_timeout", value.HeaderTimeout,
                "Time for a request head to arrive whole. 0 stands for 60s.", Field.ZeroMeansDefault),
            MinRequestBodyRate = binder.Int(
                "min_request_body_rate", value.MinRequestBodyRate,
                "Bytes a second that a request body must bring, averaged over a minute. 0: any pace will do.",
                Field.Range(0, 1048576)),
        };
        return value;
    }
}
