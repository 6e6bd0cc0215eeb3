namespace Mosn.Proxy.Config;

/// <summary>Origins such as https://example.com. Exactly one field is given.</summary>
public sealed record CorsOriginConfig : IConfigRecord<CorsOriginConfig>
{
    /// <summary>The whole origin, or * for every one.</summary>
    public string Exact { get; init; } = "";

    /// <summary>Its end.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>An expression that the whole origin matches.</summary>
    public string Regex { get; init; } = "";

    static CorsOriginConfig IConfigRecord<CorsOriginConfig>.Bind(ConfigBinder binder, CorsOriginConfig value) =>
        value with
        {
            Exact = binder.String("exact", value.Exact, "The whole origin, or * for every one."),
            Suffix = binder.String("suffix", value.Suffix, "Its end, for example .example.com"),
            Regex = binder.Pattern("regex", value.Regex, "An expression that the whole origin matches."),
        };
}
