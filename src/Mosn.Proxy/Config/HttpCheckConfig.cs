namespace Mosn.Proxy.Config;

/// <summary>The request of an HTTP health check and what it must bring.</summary>
public sealed record HttpCheckConfig : IConfigRecord<HttpCheckConfig>
{
    /// <summary>Port to ask in place of the host's. 0: the host's.</summary>
    public int Port { get; init; }

    /// <summary>Time for the request; the check's own timeout counts, too. 0 stands for 30s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Path, perhaps with a query. Empty: "/".</summary>
    public string Path { get; init; } = "";

    /// <summary>Method. Empty: GET.</summary>
    public string Method { get; init; } = "";

    /// <summary>Only http is built.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>Value of the Host header. Empty: the host's address.</summary>
    public string Domain { get; init; } = "";

    /// <summary>Status codes that are good. None: 200.</summary>
    public IReadOnlyList<CodeRangeConfig> Codes { get; init; } = [];

    /// <summary>More headers of the request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ConfigDefaults.NoStrings;

    /// <summary>Text that the first 64 KiB of the body must contain. Empty: the body is not read.</summary>
    public string ExpectedBody { get; init; } = "";

    static HttpCheckConfig IConfigRecord<HttpCheckConfig>.Bind(ConfigBinder binder, HttpCheckConfig value)
    {
        value = value with
        {
            Port = binder.Int(
                "port", value.Port, "Port to ask in place of the host's. 0: the host's.", Field.Range(0, 65535)),
            Timeout = binder.Duration(
                "timeout", value.Timeout,
                "Time for the request; the check's own timeout counts, too. 0 stands for 30s.", Field.ZeroMeansDefault),
            Path = binder.String("path", value.Path, "Path, perhaps with a query. Empty: \"/\"."),
            Method = binder.String("method", value.Method, "Method. Empty: GET."),
            Scheme = binder.String("scheme", value.Scheme, "Only http is built."),
            Domain = binder.String("domain", value.Domain, "Value of the Host header. Empty: the host's address."),
            Codes = binder.List("codes", value.Codes, "Status codes that are good. None: 200."),
            Headers = binder.Map("headers", value.Headers, "More headers of the request."),
            ExpectedBody = binder.String(
                "expected_body", value.ExpectedBody,
                "Text that the first 64 KiB of the body must contain. Empty: the body is not read."),
        };
        return value;
    }
}
