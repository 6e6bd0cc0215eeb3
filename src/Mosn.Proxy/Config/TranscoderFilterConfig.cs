namespace Mosn.Proxy.Config;

/// <summary>The transcoder stream filter: which requests go upstream in which protocol.</summary>
public sealed record TranscoderFilterConfig : TypedFilterConfig, IConfigRecord<TranscoderFilterConfig>
{
    /// <summary>Requests of HTTP/1 go on as HTTP/2.</summary>
    internal const string Http1ToHttp2 = "httpTohttp2";

    /// <summary>Requests of HTTP/2 go on as HTTP/1.</summary>
    internal const string Http2ToHttp1 = "http2Tohttp";

    /// <summary>Requests of HTTP go on as calls of Bolt.</summary>
    internal const string HttpToBolt = "http2bolt_simple";

    /// <summary>Names of the transcoders that MOSN has.</summary>
    internal static readonly IReadOnlyList<string> TypeNames = [Http1ToHttp2, Http2ToHttp1, HttpToBolt];

    private static readonly string[] s_http = ["Http1", "Http2"];

    /// <summary>For requests that no rule takes: the transcoder by its name. Empty: they go on as they are.</summary>
    public string Type { get; init; } = "";

    /// <summary>0: before the route is known; 2: once a host is chosen; else once the route is known.</summary>
    public int ReceiverPhase { get; init; } = 1;

    /// <summary>How messages are translated, for rules that do not say it themselves.</summary>
    public TranscodingConfig Config { get; init; } = new();

    /// <summary>Rules; the first that takes a request counts.</summary>
    public IReadOnlyList<TranscoderRuleConfig> Rules { get; init; } = [];

    /// <summary>
    /// What a transcoder of that name does: one of MOSN's names, or the client's protocol and the host's with an underscore
    /// between them, of which one is of HTTP. Null: there is none.
    /// </summary>
    internal static (IReadOnlyList<string> From, string To)? Meaning(string type)
    {
        switch (type)
        {
            case Http1ToHttp2:
                return (["Http1"], "Http2");
            case Http2ToHttp1:
                return (["Http2"], "Http1");
            case HttpToBolt:
                return (s_http, "bolt");
        }
        foreach (string http in s_http)
        {
            if (type.Length > http.Length + 1 && type.StartsWith($"{http}_", StringComparison.Ordinal))
            {
                return ([http], type[(http.Length + 1)..]);
            }
            if (type.Length > http.Length + 1 && type.EndsWith($"_{http}", StringComparison.Ordinal))
            {
                return ([type[..^(http.Length + 1)]], http);
            }
        }
        return null;
    }

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
            Config = binder.Child("config", value.Config, "How messages are translated, for rules that do not say it themselves."),
            Rules = binder.List("rules", value.Rules, "Rules; the first that takes a request counts."),
        };
    }
}
