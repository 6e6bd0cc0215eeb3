using System.Collections.Frozen;

namespace Mosn.Proxy.Config;

/// <summary>Settings of protocols on a listener (extend_config of the proxy filter). Null: the defaults.</summary>
public sealed record ProtocolSettingsConfig
{
    public Http1Config? Http1 { get; init; }

    public Http2Config? Http2 { get; init; }

    /// <summary>Settings of protocols of frames, by protocol name.</summary>
    public IReadOnlyDictionary<string, FrameProtocolConfig> Frames { get; init; } =
        FrozenDictionary<string, FrameProtocolConfig>.Empty;

    /// <summary>The older spelling of the protocol list of a proxy whose protocol is X.</summary>
    public string SubProtocol { get; init; } = "";

    /// <summary>The settings of a protocol of frames; the defaults if there are none.</summary>
    public FrameProtocolConfig FramesOf(string protocol) =>
        Frames.TryGetValue(protocol, out FrameProtocolConfig? settings) ? settings : new FrameProtocolConfig();
}
