using Mosn.Bench.Running;

namespace Mosn.Bench.Load;

/// <summary>Counts the system calls of a proxy, all its processes and threads, with strace.</summary>
public sealed class SystemCalls : IAsyncDisposable
{
    private readonly ChildProcess _strace;
    private readonly string _file;

    private SystemCalls(ChildProcess strace, string file)
    {
        _strace = strace;
        _file = file;
    }

    /// <summary>Attaches to the processes; counting goes on until <see cref="StopAsync"/>.</summary>
    public static async Task<SystemCalls> AttachAsync(Session session, IReadOnlyList<int> ids)
    {
        string file = Path.Combine(session.NewFolder("strace"), "counts");
        List<string> command = ["strace", "-c", "-f", "-q", "-U", "calls,name", "-o", file];
        command.AddRange(ids.SelectMany(id => new[] { "-p", id.ToString() }));
        ChildProcess strace = session.Children.StartTool("strace", session.LoadCores, command);
        SystemCalls counting = new(strace, file);
        try
        {
            await counting.WaitUntilAttachedAsync(ids, session.Cancel);
            return counting;
        }
        catch
        {
            await counting.DisposeAsync();
            throw;
        }
    }

    /// <summary>Detaches and returns how often each call was made.</summary>
    public async Task<Dictionary<string, long>> StopAsync(CancellationToken cancel)
    {
        await _strace.SignalAsync("INT");
        await _strace.WaitForExitAsync(cancel);
        return File.ReadLines(_file)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length == 2 && fields[1] != "total" && char.IsAsciiDigit(fields[0][0]))
            .ToDictionary(fields => fields[1], fields => long.Parse(fields[0]));
    }

    public ValueTask DisposeAsync() => _strace.DisposeAsync();

    private async Task WaitUntilAttachedAsync(IReadOnlyList<int> ids, CancellationToken cancel)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            if (ids.SelectMany(Tracers).All(tracer => tracer == _strace.Id))
            {
                return;
            }
            if (_strace.HasExited)
            {
                await _strace.FinishAsync(TimeSpan.FromSeconds(1), cancel);
            }
            await Task.Delay(50, cancel);
        }
        throw new BenchException("strace did not attach within 5 s");
    }

    private static IEnumerable<int> Tracers(int id) => Directory.EnumerateDirectories($"/proc/{id}/task")
        .Select(task => MachineFacts.First(File.ReadAllText(task + "/status"), @"^TracerPid:\s+(\d+)"))
        .Select(tracer => int.Parse(tracer ?? "0"));
}
