namespace Mosn.Proxy.Config;

/// <summary>Settings of LB_ORIGINAL_DST.</summary>
public sealed record OriginalDstBalancerConfig : IConfigRecord<OriginalDstBalancerConfig>
{
    /// <summary>Take the address from a request header.</summary>
    public bool UseHeader { get; init; }

    /// <summary>That header. Empty: host.</summary>
    public string HeaderName { get; init; } = "";

    /// <summary>Connect to 127.0.0.1 on the same port.</summary>
    public bool ReplaceLocal { get; init; }

    static OriginalDstBalancerConfig IConfigRecord<OriginalDstBalancerConfig>.Bind(
        ConfigBinder binder, OriginalDstBalancerConfig value)
    {
        value = value with
        {
            UseHeader = binder.Bool("use_header", value.UseHeader, "Take the address from a request header."),
            HeaderName = binder.String("header_name", value.HeaderName, "That header. Empty: host."),
            ReplaceLocal = binder.Bool("replace_local", value.ReplaceLocal, "Connect to 127.0.0.1 on the same port."),
        };
        return value;
    }
}
