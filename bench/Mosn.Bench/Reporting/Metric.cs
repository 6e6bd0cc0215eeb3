namespace Mosn.Bench.Reporting;

/// <summary>One measured quantity, a column of the tables.</summary>
/// <param name="Key">Its name in the JSON result.</param>
/// <param name="Title">The column's head, with the unit.</param>
/// <param name="Format">How a value is written.</param>
/// <param name="IsRate">Only means something when the proxy was the limit.</param>
public sealed record Metric(string Key, string Title, string Format, bool IsRate = false)
{
    public static readonly Metric CpuPerRequest = new("cpu_us_per_request", "CPU µs/request", "0.0");
    public static readonly Metric CpuPerMessage = new("cpu_us_per_message", "CPU µs/message", "0.0");
    public static readonly Metric CpuPer10MiB = new("cpu_ms_per_10_mib", "CPU ms/10 MiB", "0.00");
    public static readonly Metric User = new("user", "user", "0.0");
    public static readonly Metric System = new("system", "system", "0.0");
    public static readonly Metric RequestsPerSecond = new("requests_per_second", "requests/s", "#,0", IsRate: true);
    public static readonly Metric MessagesPerSecond = new("messages_per_second", "messages/s", "#,0", IsRate: true);
    public static readonly Metric MiBPerSecond = new("mib_per_second", "MiB/s", "#,0", IsRate: true);
    public static readonly Metric BusyPercent = new("busy_percent", "busy %", "0");
    public static readonly Metric P50Ms = new("p50_ms", "p50 ms", "0.00");
    public static readonly Metric P99Ms = new("p99_ms", "p99 ms", "0.00");
    public static readonly Metric RssMb = new("rss_mb", "RSS MB", "0.0");
    public static readonly Metric PssMb = new("pss_mb", "PSS MB", "0.0");
    public static readonly Metric PeakMb = new("peak_mb", "peak RSS MB", "0.0");
    public static readonly Metric KbPerConnection = new("kb_per_connection", "kB/connection", "0.0");
    public static readonly Metric KbPerStream = new("kb_per_stream", "kB/stream", "0.0");
    public static readonly Metric P99Growth = new("p99_growth", "p99 ÷ quiet p99", "0.00");
    public static readonly Metric QuietP99Ms = new("quiet_p99_ms", "quiet p99 ms", "0.00");
    public static readonly Metric AttackFrames = new("attack_frames_per_second", "attack frames/s", "#,0");
    public static readonly Metric AttackCloses = new("attack_closes_per_second", "connections closed/s", "#,0");
    public static readonly Metric BaseMb = new("base_mb", "RSS before MB", "0.0");
    public static readonly Metric CallsPerRequest = new("system_calls_per_request", "calls/request", "0.00");
    public static readonly Metric FirstAnswerMs = new("first_answer_ms", "first answer ms", "0.0");

    /// <summary>Counted over all rounds; every other metric is shown by its median.</summary>
    public static readonly Metric Errors = new("errors", "errors", "0");
}
