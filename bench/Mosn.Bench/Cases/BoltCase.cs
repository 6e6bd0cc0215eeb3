using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>
/// Calls of SOFA Bolt and their answers. mosn decodes, routes and puts all of them on one connection to the backend; the
/// others relay the same bytes, which is the floor.
/// </summary>
/// <param name="connections">Each with one call at a time.</param>
/// <param name="contentBytes">Of a call, and of its answer.</param>
public sealed class BoltCase(string name, string title, int connections, int contentBytes) : TcpCase(name, title)
{
    public override Metric Primary => Metric.CpuPerMessage;

    public override IReadOnlyList<Metric> Columns =>
    [
        Metric.CpuPerMessage, Metric.User, Metric.System, Metric.MessagesPerSecond, Metric.BusyPercent, Metric.P50Ms,
        Metric.P99Ms, Metric.RssMb, Metric.Errors,
    ];

    public override IReadOnlyList<Proxy> MorePeers => [new NoProxy()];

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        if (proxy is not NoProxy)
        {
            return await base.PrepareAsync(session, proxy);
        }
        Pair pair = new(this, session, await session.TcpBackendAsync(Backend));
        await pair.LoadAsync(session.Options.WarmUpSeconds(proxy));
        return pair;
    }

    protected override ProxyMode Mode => ProxyMode.Bolt;

    protected override string Backend => "bolt";

    protected override (string Name, string[] Numbers) Client => ("bolt-calls", [$"{connections}", $"{contentBytes}"]);

    protected override Task<Sample> SampleAsync(RunningProxy running, Func<Task<LoadResult>> load) =>
        LoadSample.TakeAsync(
            running, load, Metric.CpuPerMessage, cpuScale: 1e6, Metric.MessagesPerSecond, rateScale: 1);

    /// <summary>The client and the server with nothing in between: how fast calls can be.</summary>
    private sealed class Pair(BoltCase owner, Session session, int port) : IContestant
    {
        public async Task<Sample> RoundAsync()
        {
            LoadResult result = await LoadAsync(session.Options.Seconds);
            Dictionary<string, double> values = owner.Columns.ToDictionary(static column => column.Key, static _ => 0.0);
            values[Metric.MessagesPerSecond.Key] = result.Count / result.Seconds;
            values[Metric.P50Ms.Key] = result.P50Us / 1000;
            values[Metric.P99Ms.Key] = result.P99Us / 1000;
            values[Metric.Errors.Key] = result.Errors;
            return new Sample(values, "client and server alone");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public async Task<LoadResult> LoadAsync(int seconds)
        {
            (string name, string[] numbers) = owner.Client;
            await using SteeredLoad load = await SteeredLoad.StartAsync(
                session, name, [port.ToString(), .. numbers, seconds.ToString()]);
            return await load.RunAsync(seconds);
        }
    }
}
