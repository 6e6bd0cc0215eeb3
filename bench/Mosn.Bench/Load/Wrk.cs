using Mosn.Bench.Running;

namespace Mosn.Bench.Load;

/// <summary>HTTP/1.1 load by wrk, one thread, keep-alive.</summary>
public static class Wrk
{
    // Only "done" is defined: wrk then builds no request and parses no header in Lua.
    private const string Script = """
        done = function(summary, latency, requests)
          local e = summary.errors
          io.write(string.format('\nRESULT {"Count":%d,"Errors":%d,"Seconds":%f,"P50Us":%f,"P99Us":%f}\n',
            summary.requests, e.connect + e.read + e.write + e.status + e.timeout,
            summary.duration / 1e6, latency:percentile(50), latency:percentile(99)))
        end
        """;

    public static async Task<LoadResult> RunAsync(
        Session session, int port, string path, int connections, double seconds)
    {
        string script = Path.Combine(session.Folder, "wrk.lua");
        if (!File.Exists(script))
        {
            File.WriteAllText(script, Script);
        }
        int whole = (int)Math.Ceiling(seconds);
        string url = $"http://127.0.0.1:{port}{path}";
        string[] command =
            ["wrk", "-t1", $"-c{connections}", $"-d{whole}s", "--timeout", "5s", "-s", script, url];
        await using ChildProcess wrk = session.Children.StartTool("wrk", session.LoadCores, command);
        string output = await wrk.FinishAsync(TimeSpan.FromSeconds(whole + 20), session.Cancel);
        string line = MachineFacts.First(output, "^RESULT (.*)$") ?? throw new BenchException("wrk printed no result");
        return LoadResult.Parse(line);
    }
}
