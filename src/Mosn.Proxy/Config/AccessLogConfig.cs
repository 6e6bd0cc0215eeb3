namespace Mosn.Proxy.Config;

/// <summary>One access log: where it goes and how a line looks.</summary>
public sealed record AccessLogConfig : IConfigRecord<AccessLogConfig>
{
    /// <summary>
    /// File, or stdout, stderr, syslog. Empty: &lt;listener&gt;_access.log in the log directory.
    /// </summary>
    public string Path { get; init; } = "";

    /// <summary>Line with %variables%. Empty: the default format.</summary>
    public string Format { get; init; } = "";

    static AccessLogConfig IConfigRecord<AccessLogConfig>.Bind(ConfigBinder binder, AccessLogConfig value)
    {
        value = value with
        {
            Path = binder.String(
                "log_path", value.Path,
                "File, or stdout, stderr, syslog. Empty: <listener>_access.log in the log directory."),
            Format = binder.AccessLogFormat(
                "log_format", value.Format,
                "Line with %variables%. Empty: the default format."),
        };
        return value;
    }
}
