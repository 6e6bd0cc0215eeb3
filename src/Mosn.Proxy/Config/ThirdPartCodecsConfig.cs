namespace Mosn.Proxy.Config;

/// <summary>Codecs loaded at run time.</summary>
public sealed record ThirdPartCodecsConfig : IConfigRecord<ThirdPartCodecsConfig>
{
    /// <summary>One entry a codec.</summary>
    public IReadOnlyList<ThirdPartCodecConfig> Codecs { get; init; } = [];

    static ThirdPartCodecsConfig IConfigRecord<ThirdPartCodecsConfig>.Bind(
        ConfigBinder binder, ThirdPartCodecsConfig value)
    {
        value = value with
        {
            Codecs = binder.List("codecs", value.Codecs, "One entry a codec."),
        };
        return value;
    }
}
