using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;
using Mosn.Bench.Running;

namespace Mosn.Bench.Cases;

/// <summary>What a proxy went through before its memory is read.</summary>
public enum MemoryLoad
{
    None,
    IdleClients,
    Requests,
}

/// <summary>Resident memory of a fresh process.</summary>
public sealed class MemoryCase(string name, string title, MemoryLoad load) : Case(name, title)
{
    private const string IdleClientCount = "2000";

    public override Metric Primary => Metric.RssMb;

    public override IReadOnlyList<Metric> Columns => [Metric.RssMb, Metric.PssMb, Metric.PeakMb];

    public override int RoundCount(BenchOptions options) => options.IsQuick ? 1 : Math.Min(3, options.Rounds);

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        int backendPort = await session.BackendAsync(ProxyMode.Http1);
        ProxySetup setup = session.NewSetup(proxy, ProxyMode.Http1, backendPort);
        await using RunningProxy running = await session.StartAsync(proxy, setup);
        await running.ProbeAsync(HttpBackend.Small, HttpBackend.SmallLength, session.Cancel);
        return new Contestant(load, session, proxy, backendPort);
    }

    private sealed class Contestant(MemoryLoad load, Session session, Proxy proxy, int backendPort) : IContestant
    {
        public async Task<Sample> RoundAsync()
        {
            ProxySetup setup = session.NewSetup(proxy, ProxyMode.Http1, backendPort);
            await using RunningProxy running = await session.StartAsync(proxy, setup);
            await using IAsyncDisposable? clients = await LoadAsync(running);
            await Task.Delay(1000, session.Cancel);
            running.ThrowIfGone();
            Memory memory = running.Memory();
            return new Sample(new Dictionary<string, double>
            {
                [Metric.RssMb.Key] = memory.RssBytes / 1e6,
                [Metric.PssMb.Key] = memory.PssBytes / 1e6,
                [Metric.PeakMb.Key] = memory.PeakBytes / 1e6,
            });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>Returns what must stay while the memory is read.</summary>
        private async Task<IAsyncDisposable?> LoadAsync(RunningProxy running)
        {
            int port = running.Setup.Port;
            switch (load)
            {
                case MemoryLoad.IdleClients:
                    return await SteeredLoad.StartAsync(session, "idle", port.ToString(), IdleClientCount);
                case MemoryLoad.Requests:
                    int seconds = session.Options.WarmUpSeconds(proxy) + session.Options.Seconds;
                    LoadResult result = await Wrk.RunAsync(session, port, HttpBackend.Small, 64, seconds);
                    return result.Count > 0 ? null : throw new BenchException("no request was answered");
                default:
                    return null;
            }
        }
    }
}
