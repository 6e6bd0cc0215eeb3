namespace Mosn.Proxy.Config;

/// <summary>The buffer stream filter: a request goes upstream only when its whole body is here.</summary>
public sealed record BufferFilterConfig : TypedFilterConfig, IConfigRecord<BufferFilterConfig>
{
    /// <summary>Bytes that a body may have.</summary>
    public long MaxRequestBytes { get; init; } = 1024 * 1024;

    /// <summary>Does not collect; for a route.</summary>
    public bool Disabled { get; init; }

    static BufferFilterConfig IConfigRecord<BufferFilterConfig>.Bind(ConfigBinder binder, BufferFilterConfig value) =>
        value with
        {
            MaxRequestBytes = binder.ByteSize(
                "max_request_bytes", value.MaxRequestBytes, "Bytes that a body may have; more is refused with 413."),
            Disabled = binder.Bool("disabled", value.Disabled, "Does not collect; for a route."),
        };
}
