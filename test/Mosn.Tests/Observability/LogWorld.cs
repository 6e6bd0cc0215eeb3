using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

/// <summary>
/// A folder of its own, a clock that the test sets, and a writer without a thread that the test turns.
/// </summary>
internal sealed class LogWorld : IDisposable
{
    public LogWorld(int loops = 1, string zone = "UTC", int idleRoundsMax = 10)
    {
        Time = new WallTime(TimeZoneInfo.FindSystemTimeZoneById(zone));
        Metrics = new MetricRegistry(loops, StatsMatcher.None);
        Writer = new LogWriter(Metrics.Self, idleRoundsMax);
        Files = new LogFiles(Writer, Metrics, Time, static work => work());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("mosn-log-").FullName;

    public WallTime Time { get; }

    public MetricRegistry Metrics { get; }

    public LogWriter Writer { get; }

    public LogFiles Files { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    public string[] Names() =>
        [.. Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public ErrorLog ErrorLog(string name, ErrorLogLevel level = ErrorLogLevel.Info)
    {
        ErrorLogs logs = new(Files, Writer, Time);
        Assert.True(logs.TryOpen(PathOf(name), level, out ErrorLog? log, out string? problem), problem);
        return log;
    }

    public AccessLogSink AccessLog(string name)
    {
        Assert.True(Files.TryOpenAccessLog(PathOf(name), out AccessLogSink? sink, out string? problem), problem);
        return sink;
    }

    public void Dispose()
    {
        Writer.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Stands still until it is set; in a zone of the test's choice.</summary>
    internal sealed class WallTime(TimeZoneInfo zone) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2024, 5, 1, 12, 0, 0, 7, TimeSpan.Zero);

        public override TimeZoneInfo LocalTimeZone => zone;

        public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
    }
}
