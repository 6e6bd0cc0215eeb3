namespace Mosn.Proxy.Config;

/// <summary>Settings of protocols on a listener (extend_config of the proxy filter). Null: the defaults.</summary>
public sealed record ProtocolSettingsConfig
{
    public Http1Config? Http1 { get; init; }

    public Http2Config? Http2 { get; init; }

    public BoltConfig? Bolt { get; init; }

    /// <summary>The older spelling of the protocol list of a proxy whose protocol is X.</summary>
    public string SubProtocol { get; init; } = "";

    /// <summary>Settings of other protocols by protocol name, as they stood in the file.</summary>
    public IReadOnlyDictionary<string, ConfigNode> Others { get; init; } = ConfigDefaults.NoNodes;
}
