namespace Mosn.Proxy.Config;

/// <summary>Hash by a cookie.</summary>
public sealed record HashCookieConfig : IConfigRecord<HashCookieConfig>
{
    /// <summary>Name of the cookie.</summary>
    public string Name { get; init; } = "";

    /// <summary>Path of a cookie that is made.</summary>
    public string Path { get; init; } = "";

    /// <summary>Life of a cookie that is made.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.Zero;

    static HashCookieConfig IConfigRecord<HashCookieConfig>.Bind(ConfigBinder binder, HashCookieConfig value)
    {
        value = value with
        {
            Name = binder.String("name", value.Name, "Name of the cookie."),
            Path = binder.String("path", value.Path, "Path of a cookie that is made."),
            Ttl = binder.Duration("ttl", value.Ttl, "Life of a cookie that is made."),
        };
        return value;
    }
}
