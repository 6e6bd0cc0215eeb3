namespace Mosn.Proxy.Config;

/// <summary>How a request of HTTP becomes a call of an RPC protocol, or the other way round.</summary>
public sealed record TranscodingConfig : IConfigRecord<TranscodingConfig>
{
    /// <summary>Bytes that the name of a class may have.</summary>
    internal const int ClassBytesMax = 1024;

    /// <summary>What the content of calls and answers that are made here is said to be.</summary>
    public string ContentClass { get; init; } = "";

    /// <summary>The number of its serialization.</summary>
    public int Codec { get; init; } = 1;

    /// <summary>Calls want no answer.</summary>
    public bool OneWay { get; init; }

    /// <summary>Method of requests that are made of calls.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Path of requests that are made of calls; empty: the call's own, or that of what is called.</summary>
    public string Path { get; init; } = "";

    /// <summary>Bytes of a body that is collected to become a frame.</summary>
    public long MaxBodySize { get; init; } = 4 * 1024 * 1024;

    static TranscodingConfig IConfigRecord<TranscodingConfig>.Bind(ConfigBinder binder, TranscodingConfig value) => value with
    {
        ContentClass = binder.String(
            "class", value.ContentClass, "What the content of calls and answers that are made here is said to be."),
        Codec = binder.Int("codec", value.Codec, "The number of the content's serialization.", Field.Range(0, 255)),
        OneWay = binder.Bool("one_way", value.OneWay, "Calls want no answer; clients get a 202."),
        Method = binder.String("method", value.Method, "Method of requests that are made of calls."),
        Path = binder.String(
            "path", value.Path, "Path of requests that are made of calls; empty: the call's own, or /service/method."),
        MaxBodySize = binder.ByteSize(
            "max_body_size", value.MaxBodySize, "Bytes of a body that is collected to become a frame."),
    };
}
