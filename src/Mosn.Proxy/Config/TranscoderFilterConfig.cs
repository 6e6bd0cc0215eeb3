namespace Mosn.Proxy.Config;

/// <summary>The transcoder stream filter: which requests go upstream in which protocol.</summary>
public sealed record TranscoderFilterConfig : TypedFilterConfig, IConfigRecord<TranscoderFilterConfig>
{
    /// <summary>Requests of HTTP/1 go on as HTTP/2.</summary>
    internal const string Http1ToHttp2 = "httpTohttp2";

    /// <summary>Requests of HTTP/2 go on as HTTP/1.</summary>
    internal const string Http2ToHttp1 = "http2Tohttp";

    /// <summary>Names of the transcoders that MOSN has.</summary>
    internal static readonly IReadOnlyList<string> TypeNames = [Http1ToHttp2, Http2ToHttp1, "http2bolt_simple"];

    /// <summary>For requests that no rule takes: the transcoder by its name. Empty: they go on as they are.</summary>
    public string Type { get; init; } = "";

    /// <summary>0: before the route is known; 2: once a host is chosen; else once the route is known.</summary>
    public int ReceiverPhase { get; init; } = 1;

    /// <summary>Rules; the first that takes a request counts.</summary>
    public IReadOnlyList<TranscoderRuleConfig> Rules { get; init; } = [];

    static TranscoderFilterConfig IConfigRecord<TranscoderFilterConfig>.Bind(
        ConfigBinder binder, TranscoderFilterConfig value)
    {
        value = value with
        {
            Type = binder.String(
                "type", value.Type,
                "For requests that no rule takes: the transcoder by its name. Empty: they go on as they are."),
        };
        ConfigBinder phase = binder.Open("trans", "When it runs.");
        value = value with
        {
            ReceiverPhase = phase.Int(
                "receiver_phase", value.ReceiverPhase,
                "0: before the route is known; 2: once a host is chosen; else once the route is known."),
        };
        phase.Close();
        return value with
        {
            Rules = binder.List("rules", value.Rules, "Rules; the first that takes a request counts."),
        };
    }
}
