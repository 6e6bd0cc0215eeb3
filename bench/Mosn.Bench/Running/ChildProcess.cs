using System.Diagnostics;

namespace Mosn.Bench.Running;

/// <summary>One process that the harness started and that it alone stops, by its id.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly ChildProcesses _owner;
    private readonly string? _outputFile;

    internal ChildProcess(Process process, ChildProcesses owner, string name, string? outputFile)
    {
        _process = process;
        _owner = owner;
        _outputFile = outputFile;
        Name = name;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Standard output of a piped process.</summary>
    public StreamReader Output => _process.StandardOutput;

    /// <summary>Standard input of a piped process. Closing it ends the harness's own helper processes.</summary>
    public StreamWriter Input => _process.StandardInput;

    public Task WaitForExitAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    /// <summary>Waits for the end of a piped process and returns what it printed.</summary>
    /// <exception cref="BenchException">It failed, or took longer than <paramref name="timeout"/>.</exception>
    public async Task<string> FinishAsync(TimeSpan timeout, CancellationToken cancel)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeout);
        try
        {
            Task<string> errors = _process.StandardError.ReadToEndAsync(deadline.Token);
            string output = await Output.ReadToEndAsync(deadline.Token);
            await WaitForExitAsync(deadline.Token);
            return ExitCode == 0
                ? output
                : throw new BenchException($"{Name} exited with code {ExitCode}: {LastLines(output + await errors)}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BenchException($"{Name} did not end within {timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Reads one line of a piped process, or fails with what the process said instead.</summary>
    public async Task<string> ReadLineAsync(TimeSpan timeout, CancellationToken cancel)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeout);
        try
        {
            return await Output.ReadLineAsync(deadline.Token)
                ?? throw new BenchException(
                    $"{Name} ended early: {LastLines(await _process.StandardError.ReadToEndAsync(deadline.Token))}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BenchException($"{Name} said nothing for {timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>The last of what a process with an output file printed, on one line.</summary>
    public string Tail() => _outputFile is not null && File.Exists(_outputFile)
        ? LastLines(File.ReadAllText(_outputFile))
        : "";

    /// <summary>Asks the process to end (SIGTERM), and after three seconds makes it and its children end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            await SignalAsync("TERM");
            using CancellationTokenSource deadline = new(Patience);
            try
            {
                await WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Kill();
            }
        }
        _owner.Forget(this);
        _process.Dispose();
    }

    /// <summary>Sends a signal by name to this process only.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends the process and its descendants at once.</summary>
    internal void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(Patience);
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }

    private static string LastLines(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "(it printed nothing)" : string.Join(" | ", lines.TakeLast(3));
    }
}
