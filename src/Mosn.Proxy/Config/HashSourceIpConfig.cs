namespace Mosn.Proxy.Config;

/// <summary>Hash by the address of the client; it has no settings.</summary>
public sealed record HashSourceIpConfig : IConfigRecord<HashSourceIpConfig>
{

    static HashSourceIpConfig IConfigRecord<HashSourceIpConfig>.Bind(
        ConfigBinder binder, HashSourceIpConfig value)
    {
        return value;
    }
}
