using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Mosn.Transport.Interop;

namespace Mosn.EndToEnd;

/// <summary>
/// A mosn as an operator runs it: the binary named by <c>MOSN_BINARY</c>, else the one beside these tests. Its files
/// lie in a directory of its own. Whatever happens, <see cref="Dispose"/> ends it.
/// </summary>
internal sealed partial class MosnProcess : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _addresses = new();
    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();
    private readonly List<string> _seen = [];
    private int _openStreams = 2;
    private readonly Process _process;
    private readonly bool _ownsDirectory;

    private MosnProcess(string directory, bool ownsDirectory, string program, string[] arguments)
    {
        Directory = directory;
        _ownsDirectory = ownsDirectory;
        ProcessStartInfo info = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        info.Environment["HOME"] = directory;
        info.Environment.Remove("XDG_STATE_HOME");
        info.Environment.Remove("MOSN_CONFIG");
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Home and working directory of the process.</summary>
    public string Directory { get; }

    public int Pid => _process.Id;

    /// <summary>The program under test.</summary>
    public static string Binary => Environment.GetEnvironmentVariable("MOSN_BINARY") is { Length: > 0 } binary
        ? binary
        : Path.Combine(AppContext.BaseDirectory, "mosn");

    /// <summary>Launches it and waits until it says, on standard error, that it runs.</summary>
    /// <param name="shell">As for <see cref="Launch"/>.</param>
    /// <param name="program">A binary that has more in it than mosn; null: <see cref="Binary"/>.</param>
    public static async Task<MosnProcess> StartAsync(string config, string shell = "", string? program = null)
    {
        MosnProcess mosn = Launch(config, shell, program);
        await mosn.WaitForLogAsync("running as process");
        return mosn;
    }

    /// <summary>Starts with a configuration, written to <c>conf/mosn.json</c>, and waits for nothing.</summary>
    /// <param name="shell">
    /// A shell command in which <c>"$@"</c> stands for mosn and its arguments; it must exec them. Empty: no shell.
    /// </param>
    /// <param name="program">As for <see cref="StartAsync"/>.</param>
    public static MosnProcess Launch(string config, string shell = "", string? program = null)
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("mosn-e2e").FullName;
        string file = Path.Combine(directory, "conf/mosn.json");
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, config);
        program ??= Binary;
        return shell.Length == 0
            ? new(directory, ownsDirectory: true, program, ["start", "-c", file])
            : new(directory, ownsDirectory: true, "/bin/sh", ["-c", shell, "sh", program, "start", "-c", file]);
    }

    /// <summary>Starts with what a user has who has nothing yet, and waits for nothing.</summary>
    public static MosnProcess LaunchWithoutConfig() => new(
        System.IO.Directory.CreateTempSubdirectory("mosn-e2e").FullName, ownsDirectory: true, Binary, ["start"]);

    /// <summary>Runs another command against the same files, to its end.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        using MosnProcess other = new(Directory, ownsDirectory: false, Binary, arguments);
        return await other.WaitForExitAsync();
    }

    /// <summary>
    /// Where a listener listens, once the process runs; its error log must go to standard error. Port 0 in the
    /// configuration is told as the real one here.
    /// </summary>
    public EndPoint AddressOf(string listener)
    {
        string address = _addresses[listener];
        return IPEndPoint.TryParse(address, out IPEndPoint? parsed)
            ? parsed
            : throw new InvalidOperationException($"'{address}' is no IP address");
    }

    /// <summary>True once it said that the listener has its port.</summary>
    public bool Listens(string listener) => _addresses.ContainsKey(listener);

    public int PortOf(string listener) => ((IPEndPoint)AddressOf(listener)).Port;

    public string UrlOf(string listener, string path = "/") => $"http://{AddressOf(listener)}{path}";

    /// <summary>Memory that the process has in use now, in KiB.</summary>
    public long ResidentKb => long.Parse(
        ResidentLine().Match(File.ReadAllText($"/proc/{Pid}/status")).Groups[1].Value, CultureInfo.InvariantCulture);

    public void Signal(int signal) => Assert.True(Signals.TrySend(Pid, signal, out string error), error);

    /// <summary>Reads on until a line of the output holds the text.</summary>
    public async Task<string> WaitForLogAsync(string text)
    {
        using CancellationTokenSource limit = new(Wait.Max);
        try
        {
            await foreach (string line in _log.Reader.ReadAllAsync(limit.Token))
            {
                _seen.Add(line);
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what it did say.
        }
        throw new InvalidOperationException($"mosn did not say '{text}' but:\n{string.Join('\n', _seen)}");
    }

    /// <summary>Waits until a file of the process holds the text; an empty text: until it is there.</summary>
    public async Task WaitForFileAsync(string path, string text)
    {
        using CancellationTokenSource limit = new(Wait.Max);
        path = Path.Combine(Directory, path);
        while (!File.Exists(path) || !(await File.ReadAllTextAsync(path, limit.Token)).Contains(text))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource limit = new(Wait.Max);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        if (_ownsDirectory)
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            Match listening = ListeningLine().Match(line);
            if (listening.Success)
            {
                _addresses[listening.Groups[1].Value] = listening.Groups[2].Value;
            }
            _log.Writer.TryWrite(line);
        }
        else if (Interlocked.Decrement(ref _openStreams) == 0)
        {
            _log.Writer.TryComplete();
        }
    }

    [GeneratedRegex("listener '([^']*)' listens on (\\S+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex ResidentLine();
}
