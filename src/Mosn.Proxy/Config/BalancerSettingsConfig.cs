namespace Mosn.Proxy.Config;

/// <summary>Settings of balancers that weigh or draw.</summary>
public sealed record BalancerSettingsConfig : IConfigRecord<BalancerSettingsConfig>
{
    /// <summary>Hosts that are drawn and compared.</summary>
    public uint ChoiceCount { get; init; } = 2;

    /// <summary>Exponent of active requests.</summary>
    public double ActiveRequestBias { get; init; } = 1.0;

    /// <summary>Exponent of client errors.</summary>
    public double ClientErrorBias { get; init; } = 1.0;

    /// <summary>Exponent of server errors.</summary>
    public double ServerErrorBias { get; init; } = 1.0;

    static BalancerSettingsConfig IConfigRecord<BalancerSettingsConfig>.Bind(
        ConfigBinder binder, BalancerSettingsConfig value)
    {
        value = value with
        {
            ChoiceCount = binder.UInt("choice_count", value.ChoiceCount, "Hosts that are drawn and compared."),
            ActiveRequestBias = binder.Double(
                "active_request_bias", value.ActiveRequestBias,
                "Exponent of active requests."),
            ClientErrorBias = binder.Double("client_error_bias", value.ClientErrorBias, "Exponent of client errors."),
            ServerErrorBias = binder.Double("server_error_bias", value.ServerErrorBias, "Exponent of server errors."),
        };
        return value;
    }
}
