namespace Mosn.Proxy.Config;

/// <summary>The network filters of a listener, and the TLS contexts it may present.</summary>
public sealed record FilterChainConfig : IConfigRecord<FilterChainConfig>
{
    /// <summary>TLS of this chain; not together with tls_context_set.</summary>
    public TlsContextConfig? TlsContext { get; init; }

    /// <summary>TLS contexts, one of which is chosen by server name.</summary>
    public IReadOnlyList<TlsContextConfig> TlsContextSet { get; init; } = [];

    /// <summary>Network filters, in the order they run.</summary>
    public IReadOnlyList<FilterConfig> Filters { get; init; } = [];

    static FilterChainConfig IConfigRecord<FilterChainConfig>.Bind(ConfigBinder binder, FilterChainConfig value)
    {
        binder.Ignored("match", "There is one filter chain, which every connection takes.");
        value = value with
        {
            TlsContext = binder.Object(
                "tls_context", value.TlsContext,
                "TLS of this chain; not together with tls_context_set."),
            TlsContextSet = binder.List(
                "tls_context_set", value.TlsContextSet,
                "TLS contexts, one of which is chosen by server name."),
            Filters = binder.Filters(
                "filters", value.Filters, FilterKinds.Network,
                "Network filters, in the order they run.", Field.Required),
        };
        return value;
    }
}
