namespace Mosn.Proxy.Config;

/// <summary>The original_dst listener filter.</summary>
public sealed record OriginalDstFilterConfig : TypedFilterConfig, IConfigRecord<OriginalDstFilterConfig>
{
    /// <summary>How the destination is found.</summary>
    public OriginalDstMode Type { get; init; } = OriginalDstMode.Redirect;

    /// <summary>Without an exact listener look for one on 127.0.0.1 instead of 0.0.0.0.</summary>
    public bool FallbackToLocal { get; init; }

    static OriginalDstFilterConfig IConfigRecord<OriginalDstFilterConfig>.Bind(
        ConfigBinder binder, OriginalDstFilterConfig value)
    {
        value = value with
        {
            Type = binder.Enum("type", value.Type, ConfigNames.OriginalDstMode, "How the destination is found."),
            FallbackToLocal = binder.Bool(
                "fallback_to_local", value.FallbackToLocal,
                "Without an exact listener look for one on 127.0.0.1 instead of 0.0.0.0."),
        };
        return value;
    }
}
