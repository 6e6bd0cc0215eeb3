namespace Mosn.Proxy.Config;

/// <summary>A redirect.</summary>
public sealed record RedirectConfig : IConfigRecord<RedirectConfig>
{
    /// <summary>301, 302, 303, 307 or 308. 0 stands for 301.</summary>
    public int ResponseCode { get; init; } = 301;

    /// <summary>New path. Empty: that of the request.</summary>
    public string PathRedirect { get; init; } = "";

    /// <summary>New host. Empty: that of the request.</summary>
    public string HostRedirect { get; init; } = "";

    /// <summary>New scheme. Empty: that of the request.</summary>
    public string SchemeRedirect { get; init; } = "";

    static RedirectConfig IConfigRecord<RedirectConfig>.Bind(ConfigBinder binder, RedirectConfig value)
    {
        value = value with
        {
            ResponseCode = binder.Int(
                "response_code", value.ResponseCode,
                "301, 302, 303, 307 or 308. 0 stands for 301.", Field.ZeroMeansDefault),
            PathRedirect = binder.String("path_redirect", value.PathRedirect, "New path. Empty: that of the request."),
            HostRedirect = binder.String("host_redirect", value.HostRedirect, "New host. Empty: that of the request."),
            SchemeRedirect = binder.String(
                "scheme_redirect", value.SchemeRedirect,
                "New scheme. Empty: that of the request."),
        };
        return value;
    }
}
