namespace Mosn.Proxy.Config;

/// <summary>The payload_limit stream filter: refuses requests whose body is too large.</summary>
public sealed record PayloadLimitFilterConfig : TypedFilterConfig, IConfigRecord<PayloadLimitFilterConfig>
{
    /// <summary>Bytes that a request's body may have. 0: no limit.</summary>
    public int MaxEntitySize { get; init; }

    /// <summary>The same under the key that MOSN reads by a slip, which ends with a blank.</summary>
    public int MaxEntitySizeBlank { get; init; }

    /// <summary>Status of the refusal.</summary>
    public int HttpStatus { get; init; } = 413;

    /// <summary>The limit in force, by whichever key it was given; 0: none.</summary>
    internal int BytesMax => MaxEntitySize > 0 ? MaxEntitySize : MaxEntitySizeBlank;

    static PayloadLimitFilterConfig IConfigRecord<PayloadLimitFilterConfig>.Bind(
        ConfigBinder binder, PayloadLimitFilterConfig value) => value with
        {
            MaxEntitySize = binder.Int(
                "max_entity_size", value.MaxEntitySize,
                "Bytes that a request's body may have. 0: no limit.", Field.Range(0, int.MaxValue)),
            MaxEntitySizeBlank = binder.Int(
                "max_entity_size ", value.MaxEntitySizeBlank,
                "The same, under the key that MOSN reads by a slip.", Field.Range(0, int.MaxValue)),
            HttpStatus = binder.Int(
                "http_status", value.HttpStatus,
                "Status of the refusal.", Field.Range(200, 599).AndZeroMeansDefault()),
        };
}
