namespace Mosn.Proxy.Config;

/// <summary>Hash by a header.</summary>
public sealed record HashHeaderConfig : IConfigRecord<HashHeaderConfig>
{
    /// <summary>Name of the header.</summary>
    public string Key { get; init; } = "";

    static HashHeaderConfig IConfigRecord<HashHeaderConfig>.Bind(ConfigBinder binder, HashHeaderConfig value)
    {
        value = value with
        {
            Key = binder.String("key", value.Key, "Name of the header."),
        };
        return value;
    }
}
