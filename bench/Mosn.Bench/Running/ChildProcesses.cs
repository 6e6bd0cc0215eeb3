using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mosn.Bench.Running;

/// <summary>
/// Starts the processes of one benchmark and guarantees that none outlives it: whatever is still alive when this is
/// disposed (an exception, Ctrl-C) is killed.
/// </summary>
public sealed class ChildProcesses : IDisposable
{
    private readonly ConcurrentDictionary<int, ChildProcess> _alive = new();

    /// <summary>
    /// Starts a server in the background, its output in <paramref name="outputFile"/>. Shell and taskset replace
    /// themselves by the command, so that the id is the command's own.
    /// </summary>
    public ChildProcess StartServer(string name, Cores cores, IReadOnlyList<string> command, string outputFile)
    {
        ProcessStartInfo start = new("/bin/sh");
        Add(start, "-c", "f=$1; shift; exec \"$@\" >>\"$f\" 2>&1 </dev/null", "sh", outputFile);
        Add(start, [.. cores.Prefix, .. command]);
        return Track(start, name, outputFile);
    }

    /// <summary>Starts a tool whose standard streams the harness holds.</summary>
    public ChildProcess StartTool(string name, Cores cores, IReadOnlyList<string> command)
    {
        string[] all = [.. cores.Prefix, .. command];
        ProcessStartInfo start = new(all[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Add(start, all[1..]);
        // The load processes live for seconds on one core: compile each method once and fully.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return Track(start, name, outputFile: null);
    }

    /// <summary>Starts this program again as one of its helper processes (<c>internal NAME ...</c>).</summary>
    public ChildProcess StartInternal(string name, Cores cores, params IReadOnlyList<string> arguments)
    {
        string self = Environment.ProcessPath!;
        string library = typeof(ChildProcesses).Assembly.Location;
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [self, library] : [self];
        return StartTool(name, cores, [.. host, "internal", name, .. arguments]);
    }

    public void Dispose()
    {
        foreach (ChildProcess child in _alive.Values)
        {
            child.Kill();
        }
        _alive.Clear();
    }

    internal void Forget(ChildProcess child) => _alive.TryRemove(child.Id, out _);

    private ChildProcess Track(ProcessStartInfo start, string name, string? outputFile)
    {
        Process process = Process.Start(start) ?? throw new BenchException($"{name} could not be started");
        ChildProcess child = new(process, this, name, outputFile);
        _alive[child.Id] = child;
        return child;
    }

    private static void Add(ProcessStartInfo start, params IReadOnlyList<string> arguments)
    {
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }
}
