namespace Mosn.Proxy.Config;

/// <summary>Settings of HTTP/2 on a listener.</summary>
public sealed record Http2Config : IConfigRecord<Http2Config>
{

    static Http2Config IConfigRecord<Http2Config>.Bind(ConfigBinder binder, Http2Config value)
    {
        binder.Ignored("http2_use_stream", "Bodies always stream here.");
        return value;
    }
}
