namespace Mosn.Proxy.Config;

/// <summary>A part of the key by which requests are limited.</summary>
public sealed record RateLimitKeyConfig : IConfigRecord<RateLimitKeyConfig>
{
    /// <summary>Where the part comes from.</summary>
    public RateLimitKeyType Type { get; init; } = RateLimitKeyType.SourceIp;

    /// <summary>Name of the header or variable.</summary>
    public string Name { get; init; } = "";

    static RateLimitKeyConfig IConfigRecord<RateLimitKeyConfig>.Bind(ConfigBinder binder, RateLimitKeyConfig value) =>
        value with
        {
            Type = binder.Enum("type", value.Type, ConfigNames.RateLimitKeyType, "Where the part comes from."),
            Name = binder.String("name", value.Name, "Name of the header or variable."),
        };
}

/// <summary>Where a part of a rate limit's key comes from.</summary>
public enum RateLimitKeyType
{
    SourceIp,
    Path,
    Header,
    Variable,
}
