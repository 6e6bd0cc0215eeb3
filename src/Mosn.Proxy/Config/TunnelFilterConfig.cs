namespace Mosn.Proxy.Config;

/// <summary>The tunnel network filter; it has no settings.</summary>
public sealed record TunnelFilterConfig : TypedFilterConfig, IConfigRecord<TunnelFilterConfig>
{

    static TunnelFilterConfig IConfigRecord<TunnelFilterConfig>.Bind(
        ConfigBinder binder, TunnelFilterConfig value)
    {
        return value;
    }
}
