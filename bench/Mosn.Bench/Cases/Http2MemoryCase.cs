using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;
using Mosn.Bench.Running;

namespace Mosn.Bench.Cases;

/// <summary>
/// What an HTTP/2 connection, or an open stream, adds to a proxy's memory: resident memory with so many of them, less that
/// of the same process before, divided by their number. Each round is a fresh process.
/// </summary>
/// <param name="streams">
/// On each connection, waiting for a backend of HTTP/1.1 that never answers, so with a connection upstream for each; 0: the
/// connections are idle after one request.
/// </param>
public sealed class Http2MemoryCase(string name, string title, int connections, int streams) : Case(name, title)
{
    public override Metric Primary => streams > 0 ? Metric.KbPerStream : Metric.KbPerConnection;

    public override IReadOnlyList<Metric> Columns => [Primary, Metric.BaseMb, Metric.RssMb];

    public override int RoundCount(BenchOptions options) => options.IsQuick ? 1 : Math.Min(3, options.Rounds);

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        Contestant contestant = new(this, session, proxy);
        await using RunningProxy running = await contestant.StartAsync();
        return contestant;
    }

    private sealed class Contestant(Http2MemoryCase owner, Session session, Proxy proxy) : IContestant
    {
        private int Connections => owner.ConnectionCount;

        private int Streams => owner.StreamCount;

        /// <summary>A fresh process; it has answered a request if it has a backend that answers.</summary>
        public async Task<RunningProxy> StartAsync()
        {
            int backendPort = Streams > 0
                ? await session.TcpBackendAsync("silent")
                : await session.BackendAsync(ProxyMode.Http2ToHttp1);
            RunningProxy running = await session.StartAsync(
                proxy, session.NewSetup(proxy, ProxyMode.Http2ToHttp1, backendPort));
            try
            {
                if (Streams == 0)
                {
                    await running.ProbeAsync(HttpBackend.Small, HttpBackend.SmallLength, session.Cancel);
                }
                return running;
            }
            catch
            {
                await running.DisposeAsync();
                throw;
            }
        }

        public async Task<Sample> RoundAsync()
        {
            await using RunningProxy running = await StartAsync();
            double before = running.Memory().RssBytes;
            string port = running.Setup.Port.ToString();
            await using SteeredLoad clients = Streams > 0
                ? await SteeredLoad.StartAsync(session, "http2-open", port, Connections.ToString(), Streams.ToString())
                : await SteeredLoad.StartAsync(session, "http2-idle", port, Connections.ToString());
            await Task.Delay(1000, session.Cancel);
            running.ThrowIfGone();
            double after = running.Memory().RssBytes;
            return new Sample(new Dictionary<string, double>
            {
                [owner.Primary.Key] = (after - before) / 1e3 / (Connections * Math.Max(1, Streams)),
                [Metric.BaseMb.Key] = before / 1e6,
                [Metric.RssMb.Key] = after / 1e6,
            });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private int ConnectionCount => connections;

    private int StreamCount => streams;
}
