namespace Mosn.Proxy.Config;

/// <summary>
/// What consistent hashing is computed from: a header, a cookie or the address of the client.
/// </summary>
public sealed record HashPolicyConfig : IConfigRecord<HashPolicyConfig>
{
    /// <summary>A header.</summary>
    public HashHeaderConfig? Header { get; init; }

    /// <summary>A cookie.</summary>
    public HashCookieConfig? Cookie { get; init; }

    /// <summary>The address of the client.</summary>
    public HashSourceIpConfig? SourceIp { get; init; }

    static HashPolicyConfig IConfigRecord<HashPolicyConfig>.Bind(ConfigBinder binder, HashPolicyConfig value)
    {
        value = value with
        {
            Header = binder.Object("header", value.Header, "A header."),
            Cookie = binder.Object("cookie", value.Cookie, "A cookie."),
            SourceIp = binder.Object("source_ip", value.SourceIp, "The address of the client."),
        };
        return value;
    }
}
