namespace Mosn.Proxy.Config;

/// <summary>The prometheus metrics sink: an endpoint to scrape.</summary>
public sealed record PrometheusSinkConfig : TypedFilterConfig, IConfigRecord<PrometheusSinkConfig>
{
    /// <summary>IP address or host name to listen on. Empty: the loopback address.</summary>
    public string Address { get; init; } = "";

    /// <summary>TCP port.</summary>
    public int Port { get; init; }

    /// <summary>Path; begins with a slash.</summary>
    public string Endpoint { get; init; } = "/metrics";

    /// <summary>Leave out metrics of the process.</summary>
    public bool DisableCollectProcess { get; init; }

    /// <summary>Leave out metrics of the runtime.</summary>
    public bool DisableCollectRuntime { get; init; }

    /// <summary>Percentiles of histograms.</summary>
    public IReadOnlyList<int> Percentiles { get; init; } = [];

    /// <summary>Push mode: refused.</summary>
    public string ExportUrl { get; init; } = "";

    static PrometheusSinkConfig IConfigRecord<PrometheusSinkConfig>.Bind(
        ConfigBinder binder, PrometheusSinkConfig value)
    {
        value = value with
        {
            Address = binder.String(
                "address", value.Address, "IP address or host name to listen on. Empty: the loopback address."),
            Port = binder.Int("port", value.Port, "TCP port.", Field.Range(0, 65535)),
            Endpoint = binder.String("endpoint", value.Endpoint, "Path; begins with a slash."),
            DisableCollectProcess = binder.Bool(
                "disable_collect_process", value.DisableCollectProcess,
                "Leave out metrics of the process."),
            DisableCollectRuntime = binder.Bool(
                "disable_collect_go", value.DisableCollectRuntime,
                "Leave out metrics of the runtime."),
            Percentiles = binder.Ints("percentiles", value.Percentiles, "Percentiles of histograms."),
            ExportUrl = binder.String("export_url", value.ExportUrl, "Push mode: refused."),
        };
        return value;
    }
}
