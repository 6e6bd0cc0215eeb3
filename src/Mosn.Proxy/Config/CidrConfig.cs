namespace Mosn.Proxy.Config;

/// <summary>A range of IP addresses.</summary>
public sealed record CidrConfig : IConfigRecord<CidrConfig>
{
    /// <summary>IP address.</summary>
    public string Address { get; init; } = "";

    /// <summary>Leading bits that count.</summary>
    public int Length { get; init; }

    static CidrConfig IConfigRecord<CidrConfig>.Bind(ConfigBinder binder, CidrConfig value)
    {
        value = value with
        {
            Address = binder.String("Address", value.Address, "IP address.", Field.Required),
            Length = binder.Int("Length", value.Length, "Leading bits that count.", Field.Range(0, 128)),
        };
        return value;
    }
}
