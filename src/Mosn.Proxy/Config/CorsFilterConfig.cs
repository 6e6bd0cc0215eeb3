namespace Mosn.Proxy.Config;

/// <summary>The cors stream filter: which pages of other origins may use what is served here.</summary>
public sealed record CorsFilterConfig : TypedFilterConfig, IConfigRecord<CorsFilterConfig>
{
    /// <summary>Origins that may. Empty: none, so the filter does nothing.</summary>
    public IReadOnlyList<CorsOriginConfig> AllowOrigins { get; init; } = [];

    /// <summary>Methods that may be used besides the simple ones.</summary>
    public IReadOnlyList<string> AllowMethods { get; init; } = [];

    /// <summary>Request headers that may be sent besides the simple ones.</summary>
    public IReadOnlyList<string> AllowHeaders { get; init; } = [];

    /// <summary>Response headers that may be read besides the simple ones.</summary>
    public IReadOnlyList<string> ExposeHeaders { get; init; } = [];

    /// <summary>How long a browser may remember the answer to a preflight. Absent: it is not told.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Requests may carry cookies.</summary>
    public bool AllowCredentials { get; init; }

    static CorsFilterConfig IConfigRecord<CorsFilterConfig>.Bind(ConfigBinder binder, CorsFilterConfig value) =>
        value with
        {
            AllowOrigins = binder.List("allow_origins", value.AllowOrigins, "Origins that may."),
            AllowMethods = binder.Strings(
                "allow_methods", value.AllowMethods, "Methods that may be used besides the simple ones."),
            AllowHeaders = binder.Strings(
                "allow_headers", value.AllowHeaders, "Request headers that may be sent besides the simple ones."),
            ExposeHeaders = binder.Strings(
                "expose_headers", value.ExposeHeaders, "Response headers that may be read besides the simple ones."),
            MaxAge = binder.OptionalDuration(
                "max_age", value.MaxAge, "How long a browser may remember the answer to a preflight."),
            AllowCredentials = binder.Bool(
                "allow_credentials", value.AllowCredentials, "Requests may carry cookies."),
        };
}
