namespace Mosn.Proxy.Config;

/// <summary>Settings of balancers that weigh or draw.</summary>
public sealed record BalancerSettingsConfig : IConfigRecord<BalancerSettingsConfig>
{
    /// <summary>160 points for each of 10,000 hosts, and some to spare. A point costs twelve bytes.</summary>
    private const uint RingSizeDefaultMax = 2 * 1024 * 1024;
    private const uint RingSizeMax = 8 * 1024 * 1024;

    /// <summary>Hosts that are drawn and compared; more than 32 are not.</summary>
    public uint ChoiceCount { get; init; } = 2;

    /// <summary>Exponent of active requests.</summary>
    public double ActiveRequestBias { get; init; } = 1.0;

    /// <summary>Exponent of client errors.</summary>
    public double ClientErrorBias { get; init; } = 1.0;

    /// <summary>Exponent of server errors.</summary>
    public double ServerErrorBias { get; init; } = 1.0;

    /// <summary>LB_RING_HASH: points on the ring at least, all hosts together.</summary>
    public uint MinimumRingSize { get; init; } = 1024;

    /// <summary>LB_RING_HASH: points on the ring at most; a host has one in any case.</summary>
    public uint MaximumRingSize { get; init; } = RingSizeDefaultMax;

    /// <summary>Prefer hosts in the zone of this process.</summary>
    public ZoneAwareConfig? ZoneAware { get; init; }

    static BalancerSettingsConfig IConfigRecord<BalancerSettingsConfig>.Bind(
        ConfigBinder binder, BalancerSettingsConfig value)
    {
        value = value with
        {
            ChoiceCount = binder.UInt(
                "choice_count", value.ChoiceCount,
                "Hosts that are drawn and compared; more than 32 are not.",
                Field.Range(1, uint.MaxValue)),
            ActiveRequestBias = binder.Double(
                "active_request_bias", value.ActiveRequestBias,
                "Exponent of active requests."),
            ClientErrorBias = binder.Double("client_error_bias", value.ClientErrorBias, "Exponent of client errors."),
            ServerErrorBias = binder.Double("server_error_bias", value.ServerErrorBias, "Exponent of server errors."),
            MinimumRingSize = binder.UInt(
                "minimum_ring_size", value.MinimumRingSize,
                "LB_RING_HASH: points on the ring at least, all hosts together.", Field.Range(1, RingSizeMax)),
            MaximumRingSize = binder.UInt(
                "maximum_ring_size", value.MaximumRingSize,
                "LB_RING_HASH: points on the ring at most; a host has one in any case.", Field.Range(1, RingSizeMax)),
            ZoneAware = binder.Object("zone_aware", value.ZoneAware, "Prefer hosts in the zone of this process."),
        };
        return value;
    }
}
