using System.Globalization;
using Mosn.Bench.Proxies;
using Mosn.Bench.Running;

namespace Mosn.Bench.Load;

/// <summary>HTTP/2 load by h2load in cleartext, one thread. Connections are opened as part of each round.</summary>
public static class H2Load
{
    private static readonly string[] s_grpcFields = ["-H", "content-type: application/grpc", "-H", "te: trailers"];

    /// <param name="path">What is asked for; in gRPC mode the method that is called.</param>
    /// <param name="rate">
    /// Requests a second on each connection, of a client that is <see cref="Cores.Foremost"/>; 0: as many as it can.
    /// </param>
    public static async Task<LoadResult> RunAsync(
        Session session, ProxySetup setup, string path, int connections, int streams, int seconds, int rate = 0)
    {
        string folder = session.NewFolder("h2load");
        string log = Path.Combine(folder, "requests");
        List<string> command =
        [
            "h2load", "-t1", $"-c{connections}", $"-m{streams}", $"-D{seconds}", "-N5s", "--log-file=" + log,
        ];
        if (rate > 0)
        {
            command = [.. Cores.Foremost(2), .. command, $"--rps={rate}"];
        }
        if (setup.Mode == ProxyMode.Grpc)
        {
            string message = Path.Combine(folder, "message");
            File.WriteAllBytes(message, GrpcBackend.Message);
            command.AddRange(["-d", message, .. s_grpcFields]);
        }
        command.Add($"http://127.0.0.1:{setup.Port}{path}");
        await using ChildProcess h2load = session.Children.StartTool("h2load", session.LoadCores, command);
        string output = await h2load.FinishAsync(TimeSpan.FromSeconds(seconds + 20), session.Cancel);
        LoadResult result = Read(output, log, seconds);
        Directory.Delete(folder, recursive: true); // Some megabytes a round.
        return result;
    }

    private static LoadResult Read(string output, string log, int seconds)
    {
        long Number(string pattern) => long.Parse(
            MachineFacts.First(output, pattern) ?? throw new BenchException("h2load printed no result"),
            CultureInfo.InvariantCulture);
        long done = Number(@"^requests:.* (\d+) done");
        long errors = Number(@"^requests:.* (\d+) failed"); // Those with a status of 400 and more among them.
        int[] latencies = LatenciesUs(log);
        double At(double share) => latencies.Length == 0 ? 0 : latencies[(int)((latencies.Length - 1) * share)];
        return new LoadResult(done, errors, seconds, At(0.5), At(0.99));
    }

    /// <summary>Sorted; of a line "start time, status, microseconds" the last counts.</summary>
    private static int[] LatenciesUs(string log)
    {
        List<int> all = new(1 << 20);
        foreach (string line in File.ReadLines(log))
        {
            all.Add(int.Parse(line.AsSpan(line.LastIndexOf('\t') + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        }
        int[] sorted = [.. all];
        Array.Sort(sorted);
        return sorted;
    }
}
