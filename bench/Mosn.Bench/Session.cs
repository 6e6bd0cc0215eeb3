using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Running;

namespace Mosn.Bench;

/// <summary>
/// One run of the harness: its temporary folder, its processes and the backends they share. Disposing it stops and
/// removes all of that, however the run ended.
/// </summary>
public sealed class Session : IAsyncDisposable
{
    private readonly Ports _ports = new();
    private readonly Dictionary<string, int> _backends = [];
    private int _folders;

    public Session(BenchOptions options, CancellationToken cancel)
    {
        Options = options;
        Cancel = cancel;
        Folder = Directory.CreateTempSubdirectory("mosn-bench-").FullName;
    }

    public BenchOptions Options { get; }

    /// <summary>Set when the user ends the run.</summary>
    public CancellationToken Cancel { get; }

    public string Folder { get; }

    public ChildProcesses Children { get; } = new();

    /// <summary>Where clients and backends run.</summary>
    public Cores LoadCores => Environment.ProcessorCount > 1 ? Single(Options.LoadCore) : Cores.Unpinned;

    /// <summary>Where a proxy with that many loops runs: one loop has its core alone, several share all.</summary>
    public Cores ProxyCores(int loops) => Environment.ProcessorCount == 1 ? Cores.Unpinned
        : loops == 1 ? Single(Options.ProxyCore)
        : new Cores($"{Options.ProxyCore},{Options.LoadCore}");

    /// <summary>A new empty folder that goes with the session.</summary>
    public string NewFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(Folder, $"{++_folders}-{name.Replace(' ', '-')}")).FullName;

    /// <summary>A setup with a port and a folder of its own.</summary>
    public ProxySetup NewSetup(Proxy proxy, ProxyMode mode, int backendPort, int loops = 1, bool accessLog = false) =>
        new(mode, _ports.Take(), backendPort, loops, accessLog, NewFolder(proxy.Name));

    public Task<RunningProxy> StartAsync(Proxy proxy, ProxySetup setup) =>
        RunningProxy.StartAsync(proxy, setup, ProxyCores(setup.Loops), Children, Cancel);

    /// <summary>The port of the server that proxies of a mode have behind them; it is started when first asked for.</summary>
    /// <param name="isForemost">It is <see cref="Cores.Foremost"/>, but for such a client.</param>
    public async Task<int> BackendAsync(ProxyMode mode, bool isForemost = false)
    {
        string kind = mode switch
        {
            ProxyMode.Http1 or ProxyMode.Http2ToHttp1 => "http",
            ProxyMode.Http2 => "http2",
            ProxyMode.Grpc => "grpc",
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
        string name = isForemost ? $"foremost {kind}" : kind;
        if (!_backends.TryGetValue(name, out int port))
        {
            port = _ports.Take();
            string folder = NewFolder("backend");
            IReadOnlyList<string> command = kind == "grpc"
                ? GrpcBackend.Configure(port, folder)
                : NginxBackend(port, folder, isHttp2: kind == "http2");
            if (isForemost)
            {
                command = [.. Cores.Foremost(1), .. command];
            }
            Children.StartServer("backend", LoadCores, command, Path.Combine(folder, "output"));
            await Task.Delay(300, Cancel);
            _backends[name] = port;
        }
        return port;
    }

    /// <summary>The port of a TCP server of the harness: "echo"; "source", which sends without end;
    /// "silent", which takes connections and never answers.</summary>
    public async Task<int> TcpBackendAsync(string kind)
    {
        if (!_backends.TryGetValue(kind, out int port))
        {
            port = _ports.Take();
            ChildProcess server = Children.StartInternal(kind, LoadCores, port.ToString());
            await server.ReadLineAsync(TimeSpan.FromSeconds(20), Cancel);
            _backends[kind] = port;
        }
        return port;
    }

    /// <summary>Tells the user what is going on.</summary>
    public void Say(string text) => Console.Error.WriteLine($"bench {Options.Subject}: {text}");

    public ValueTask DisposeAsync()
    {
        Children.Dispose();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException problem)
        {
            Say($"{Folder} could not be removed: {problem.Message}");
        }
        return ValueTask.CompletedTask;
    }

    private static IReadOnlyList<string> NginxBackend(int port, string folder, bool isHttp2) => NginxProxy.Program is null
        ? throw new BenchException("the HTTP backend is nginx, which is not installed")
        : HttpBackend.Configure(port, folder, isHttp2);

    private static Cores Single(int core) => new(core.ToString());
}
