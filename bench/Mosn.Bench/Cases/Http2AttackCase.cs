using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>
/// What a client of moderate appetite feels while another one floods the proxy: its 99th percentile with the attack, divided by
/// that without it just before. The attacker gets only the time of its core that client and backend leave over, so that
/// what they feel of it is what the proxy does about it.
/// </summary>
/// <param name="kind">As <see cref="Http2Attack"/> calls it.</param>
public sealed class Http2AttackCase(string name, string title, string kind) : Case(name, title)
{
    // 4,000 requests a second: a fraction of what each proxy can do.
    private const int Connections = 8;
    private const int Rate = 500;

    public override Metric Primary => Metric.P99Growth;

    public override IReadOnlyList<Metric> Columns =>
        [Primary, Metric.QuietP99Ms, Metric.P99Ms, Metric.AttackFrames, Metric.AttackCloses, Metric.RssMb, Metric.Errors];

    public override int RoundCount(BenchOptions options) => Math.Min(5, options.Rounds);

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        int backendPort = await session.BackendAsync(ProxyMode.Http2ToHttp1, isForemost: true);
        RunningProxy running = await session.StartAsync(
            proxy, session.NewSetup(proxy, ProxyMode.Http2ToHttp1, backendPort));
        try
        {
            await running.ProbeAsync(HttpBackend.Small, HttpBackend.SmallLength, session.Cancel);
            await H2Load.RunAsync(
                session, running.Setup, HttpBackend.Small, Connections, streams: 10, session.Options.WarmUpSeconds(proxy));
            running.ThrowIfGone();
            return new Contestant(kind, session, running);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    private sealed class Contestant(string kind, Session session, RunningProxy running) : IContestant
    {
        public async Task<Sample> RoundAsync()
        {
            int seconds = session.Options.Seconds;
            LoadResult quiet = await LoadAsync(seconds);
            await using SteeredLoad attack = await SteeredLoad.StartAsync(
                session, "http2-attack", running.Setup.Port.ToString(), kind, (seconds + 1).ToString());
            Task<LoadResult> attacking = attack.RunAsync(seconds + 1);
            LoadResult attacked = await LoadAsync(seconds);
            LoadResult sent = await attacking;
            running.ThrowIfGone();
            if (quiet.Count == 0 || attacked.Count == 0)
            {
                throw new BenchException("no request was answered");
            }
            return new Sample(new Dictionary<string, double>
            {
                [Metric.P99Growth.Key] = attacked.P99Us / quiet.P99Us,
                [Metric.QuietP99Ms.Key] = quiet.P99Us / 1000,
                [Metric.P99Ms.Key] = attacked.P99Us / 1000,
                [Metric.AttackFrames.Key] = sent.Count / sent.Seconds,
                [Metric.AttackCloses.Key] = sent.Errors / sent.Seconds,
                [Metric.RssMb.Key] = running.Memory().RssBytes / 1e6,
                [Metric.Errors.Key] = quiet.Errors + attacked.Errors,
            });
        }

        public ValueTask DisposeAsync() => running.DisposeAsync();

        private Task<LoadResult> LoadAsync(int seconds) => H2Load.RunAsync(
            session, running.Setup, HttpBackend.Small, Connections, streams: 10, seconds, Rate);
    }
}
