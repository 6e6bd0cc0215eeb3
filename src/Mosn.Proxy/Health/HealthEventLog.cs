using Microsoft.Extensions.Logging;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// One cluster's record of checks and ejections, a line each. Lines are written on the home loop into its ring and dropped
/// when that is full; until the file is open they are lost.
/// </summary>
internal sealed class HealthEventLog
{
    /// <summary>MOSN's line.</summary>
    private static readonly AccessLogFormat<CheckEvent> s_check = Compile<CheckEvent>(
        "time:%time%,host:%host%,health_status:%health%,current_result:%result%,status_changed:%changed%",
        static name => name switch
        {
            "time" => static (CheckEvent e, ref LogLineWriter line) => line.Write(e.UnixSeconds),
            "host" => static (CheckEvent e, ref LogLineWriter line) => line.Write(e.Host),
            "health" => static (CheckEvent e, ref LogLineWriter line) => line.Write(e.IsHealthy ? 1 : 0),
            "result" => static (CheckEvent e, ref LogLineWriter line) => line.Write(e.Passed ? 1 : 0),
            "changed" => static (CheckEvent e, ref LogLineWriter line) => line.Write(e.Changed ? 1 : 0),
            _ => null,
        });

    private static readonly AccessLogFormat<OutlierEvent> s_outlier = Compile<OutlierEvent>(
        "time:%time%,host:%host%,event:%event%,reason:%reason%,enforced:%enforced%,duration_ms:%duration%",
        static name => name switch
        {
            "time" => static (OutlierEvent e, ref LogLineWriter line) => line.Write(e.UnixSeconds),
            "host" => static (OutlierEvent e, ref LogLineWriter line) => line.Write(e.Host),
            "event" => static (OutlierEvent e, ref LogLineWriter line) => line.Write(e.Event),
            "reason" => static (OutlierEvent e, ref LogLineWriter line) => line.Write(e.Reason),
            "enforced" => static (OutlierEvent e, ref LogLineWriter line) => line.Write(e.Enforced ? 1 : 0),
            "duration" => static (OutlierEvent e, ref LogLineWriter line) => line.Write(e.DurationMs),
            _ => null,
        });

    private readonly EventLoop _home;
    private volatile AccessLogSink? _sink;

    /// <summary>Opens the file in the background.</summary>
    /// <param name="path">Empty: nothing is recorded.</param>
    public HealthEventLog(string path, EventLoop home, HealthServices services)
    {
        _home = home;
        Path = path;
        if (path.Length > 0)
        {
            services.Background(() => Open(services));
        }
    }

    public string Path { get; }

    private readonly record struct CheckEvent(long UnixSeconds, string Host, bool IsHealthy, bool Passed, bool Changed);

    private readonly record struct OutlierEvent(
        long UnixSeconds, string Host, string Event, string Reason, bool Enforced, long DurationMs);

    /// <summary>A check ended.</summary>
    /// <param name="isHealthy">The verdict on the host after this check.</param>
    public void Checked(Host host, bool isHealthy, bool passed, bool changed) =>
        _sink?.Write(_home.Index, s_check, new CheckEvent(UnixSeconds(), host.AddressText, isHealthy, passed, changed));

    /// <summary>An outlier was found.</summary>
    /// <param name="durationMs">For how long it is ejected; 0 when it stays.</param>
    public void Outlier(Host host, string reason, bool enforced, long durationMs) => _sink?.Write(
        _home.Index, s_outlier,
        new OutlierEvent(UnixSeconds(), host.AddressText, "eject", reason, enforced, durationMs));

    /// <summary>An outlier came back.</summary>
    public void Returned(Host host, string reason) => _sink?.Write(
        _home.Index, s_outlier, new OutlierEvent(UnixSeconds(), host.AddressText, "uneject", reason, Enforced: true, 0));

    private static AccessLogFormat<T> Compile<T>(string format, Func<string, VariableWriter<T>?> resolve)
    {
        Check.That(AccessLogFormat<T>.TryCompile(format, resolve, out AccessLogFormat<T>? compiled, out _));
        return compiled;
    }

    private long UnixSeconds() => (_home.TurnUtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    private void Open(HealthServices services)
    {
        if (services.Logs.TryOpenAccessLog(Path, out AccessLogSink? sink, out string? problem))
        {
            _sink = sink;
        }
        else
        {
            services.Log.LogError("health event log: {Problem}", problem);
        }
    }
}
