using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>Time from exec to the first proxied answer; with shell and taskset before it, 1 to 2 ms.</summary>
public sealed class StartupCase(string name, string title) : Case(name, title)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly byte[] Request =
        Encoding.ASCII.GetBytes($"GET {HttpBackend.Small} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

    public override Metric Primary => Metric.FirstAnswerMs;

    public override IReadOnlyList<Metric> Columns => [Metric.FirstAnswerMs];

    public override int RoundCount(BenchOptions options) => options.IsQuick ? 5 : 20;

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        Contestant contestant = new(session, proxy, await session.BackendAsync(ProxyMode.Http1));
        await contestant.RoundAsync(); // The first start reads the binary from the disk.
        return contestant;
    }

    private sealed class Contestant(Session session, Proxy proxy, int backendPort) : IContestant
    {
        public async Task<Sample> RoundAsync()
        {
            ProxySetup setup = session.NewSetup(proxy, ProxyMode.Http1, backendPort);
            long start = Stopwatch.GetTimestamp();
            await using RunningProxy running = RunningProxy.Launch(
                proxy, setup, session.ProxyCores(loops: 1), session.Children);
            while (!IsAnswered(setup.Port))
            {
                session.Cancel.ThrowIfCancellationRequested();
                running.ThrowIfGone();
                if (Stopwatch.GetElapsedTime(start) > Patience)
                {
                    throw new BenchException($"no answer within {Patience.TotalSeconds:0} s");
                }
            }
            double elapsedMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return new Sample(new Dictionary<string, double> { [Metric.FirstAnswerMs.Key] = elapsedMs });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static bool IsAnswered(int port)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveTimeout = 1000,
            };
            byte[] answer = new byte[1024];
            try
            {
                socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
                socket.Send(Request);
                int length = socket.Receive(answer);
                return answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8);
            }
            catch (SocketException)
            {
                // Refused, or reset: not there yet. An exception costs some 20 µs, on the load core.
                return false;
            }
        }
    }
}
