using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>CPU time of HTTP requests on connections that stay open.</summary>
public class HttpCase(string name, string title) : Case(name, title)
{
    public ProxyMode Mode { get; init; } = ProxyMode.Http1;

    public string Path { get; init; } = HttpBackend.Small;

    public int BodyLength { get; init; } = HttpBackend.SmallLength;

    public int Connections { get; init; } = 64;

    /// <summary>Requests under way on each connection at any time; more than one with HTTP/2 only.</summary>
    public int Streams { get; init; } = 1;

    public int Loops { get; init; } = 1;

    public bool AccessLog { get; init; }

    /// <summary>Many connections take a while to open: longer rounds keep that small.</summary>
    public int SecondsMin { get; init; } = 1;

    public override Metric Primary => Metric.CpuPerRequest;

    public override IReadOnlyList<Metric> Columns =>
    [
        Metric.CpuPerRequest, Metric.User, Metric.System, Metric.RequestsPerSecond, Metric.BusyPercent, Metric.P50Ms,
        Metric.P99Ms, Metric.RssMb, Metric.Errors,
    ];

    public override IReadOnlyList<Proxy> MorePeers =>
        AccessLog ? [new NginxProxy("nginx (log unbuffered)", isLogBuffered: false)] : [];

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        int backendPort = await session.BackendAsync(Mode);
        ProxySetup setup = session.NewSetup(proxy, Mode, backendPort, Loops, AccessLog);
        RunningProxy running = await session.StartAsync(proxy, setup);
        try
        {
            await running.ProbeAsync(Path, BodyLength, session.Cancel);
            await LoadAsync(session, running, session.Options.WarmUpSeconds(proxy));
            running.ThrowIfGone();
            return new Contestant(this, session, running);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures a warm proxy once.</summary>
    protected virtual Task<Sample> RoundAsync(Session session, RunningProxy running) => LoadSample.TakeAsync(
        running,
        () => LoadAsync(session, running, Math.Max(SecondsMin, session.Options.Seconds)),
        Metric.CpuPerRequest, cpuScale: 1e6, Metric.RequestsPerSecond, rateScale: 1);

    protected Task<LoadResult> LoadAsync(Session session, RunningProxy running, int seconds) =>
        running.Setup.IsHttp2
            ? H2Load.RunAsync(session, running.Setup, Path, Connections, Streams, seconds)
            : Wrk.RunAsync(session, running.Setup.Port, Path, Connections, seconds);

    private sealed class Contestant(HttpCase owner, Session session, RunningProxy running) : IContestant
    {
        public Task<Sample> RoundAsync() => owner.RoundAsync(session, running);

        public ValueTask DisposeAsync() => running.DisposeAsync();
    }
}
