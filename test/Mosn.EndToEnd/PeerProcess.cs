using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Mosn.Transport.Interop;

namespace Mosn.EndToEnd;

/// <summary>A program that we did not write, or a Node script on its standard library: a peer of mosn.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private string? _directory;

    private PeerProcess(string program, IEnumerable<string> arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        // For what scripts take from the examples, which have no packages of their own here.
        _process.StartInfo.Environment["NODE_PATH"] = Path.Combine(PeersDirectory(), "../node_modules");
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.Start();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where a server listens on 127.0.0.1.</summary>
    public int Port { get; private set; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Where a script of <c>Peers/</c> lies, for a shell that runs it.</summary>
    public static string PathOf(string script) => Path.Combine(PeersDirectory(), script);

    /// <summary>A script of <c>Peers/</c>; it prints a line <c>{"port":N}</c> when it is ready.</summary>
    public static Task<PeerProcess> StartNodeAsync(string script, params string[] arguments) =>
        StartAsync("node", [Path.Combine(PeersDirectory(), script), .. arguments]);

    /// <summary>The gRPC server of ASP.NET Core, <c>test/Mosn.GrpcPeer</c>.</summary>
    public static Task<PeerProcess> StartGrpcAsync()
    {
        // Built beside these tests, in the same configuration, and into a folder of its own.
        string folder = AppContext.BaseDirectory.Replace("Mosn.EndToEnd", "Mosn.GrpcPeer", StringComparison.Ordinal);
        return StartAsync(Path.Combine(folder, "Mosn.GrpcPeer"), []);
    }

    /// <summary>The same in the namespaces that these arguments of nsenter(1) name.</summary>
    public static Task<PeerProcess> StartNodeAtAsync(string[] namespaces, string script, params string[] arguments) =>
        StartAsync("nsenter", [.. namespaces, "node", Path.Combine(PeersDirectory(), script), .. arguments]);

    private static async Task<PeerProcess> StartAsync(string program, string[] arguments)
    {
        PeerProcess peer = new(program, arguments);
        JsonElement ready = await peer.ReadAsync();
        peer.Port = ready.GetProperty("port").GetInt32();
        return peer;
    }

    /// <summary>nginx with these directives in its server block, which listens on a free port.</summary>
    /// <param name="listenOptions">More of the <c>listen</c> directive, e.g. <c>http2</c>.</param>
    public static async Task<PeerProcess> StartNginxAsync(string serverBlock, string listenOptions = "")
    {
        // nginx cannot tell which port it got, so one is chosen for it; somebody else may take it first.
        for (int attempt = 0; ; attempt++)
        {
            int port = FreePort.Find();
            string directory = Directory.CreateTempSubdirectory("mosn-e2e-nginx").FullName;
            string config = Path.Combine(directory, "nginx.conf");
            await File.WriteAllTextAsync(config, $$"""
                daemon off; master_process off; pid {{directory}}/nginx.pid; error_log stderr;
                events { worker_connections 256; }
                http {
                  access_log off; client_body_temp_path {{directory}}/body; proxy_temp_path {{directory}}/proxy;
                  fastcgi_temp_path {{directory}}/f; uwsgi_temp_path {{directory}}/u; scgi_temp_path {{directory}}/s;
                  server { listen 127.0.0.1:{{port}} {{listenOptions}}; root {{directory}}; {{serverBlock}} }
                }
                """);
            PeerProcess peer = new("nginx", ["-p", directory, "-c", config]) { Port = port, _directory = directory };
            await Wait.UntilAsync(
                () => peer._process.HasExited || FreePort.IsTaken(port), () => $"nginx is not there: {peer.Errors}");
            if (!peer._process.HasExited)
            {
                return peer;
            }
            string errors = peer.Errors;
            peer.Dispose();
            Assert.True(attempt < 3, $"nginx does not start: {errors}");
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, params string[] arguments)
    {
        using PeerProcess peer = new(program, arguments);
        using CancellationTokenSource limit = new(Wait.Max);
        string output = await peer._process.StandardOutput.ReadToEndAsync(limit.Token);
        await peer._process.WaitForExitAsync(limit.Token);
        return (peer._process.ExitCode, output.ReplaceLineEndings("\n"), peer.Errors);
    }

    /// <summary>Runs a script of <c>Peers/</c> to its end; what it prints is JSON.</summary>
    public static async Task<JsonElement> RunNodeAsync(string script, params string[] arguments)
    {
        (int code, string output, string errors) =
            await RunAsync("node", [Path.Combine(PeersDirectory(), script), .. arguments]);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>The next line that the script prints, which is JSON.</summary>
    public async Task<JsonElement> ReadAsync()
    {
        using CancellationTokenSource limit = new(Wait.Max);
        string? line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        Assert.True(line is not null, $"the peer ended: {Errors}");
        return JsonDocument.Parse(line).RootElement;
    }

    public void Signal(int signal) => Assert.True(Signals.TrySend(_process.Id, signal, out string error), error);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    private static string PeersDirectory([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Peers");
}
