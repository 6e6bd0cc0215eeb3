using System.Net;
using System.Net.Sockets;
using Mosn.Bench.Running;

namespace Mosn.Bench.Proxies;

/// <summary>A proxy that was started and listens; disposing it stops it.</summary>
public sealed class RunningProxy : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);

    private readonly ChildProcess _process;

    private RunningProxy(Proxy proxy, ProxySetup setup, Cores cores, ChildProcess process)
    {
        Proxy = proxy;
        Setup = setup;
        Cores = cores;
        _process = process;
        Ids = [process.Id];
    }

    public Proxy Proxy { get; }

    public ProxySetup Setup { get; }

    public Cores Cores { get; }

    /// <summary>The processes it consists of.</summary>
    public int[] Ids { get; private set; }

    /// <summary>Starts a proxy and waits until its port answers to a connection.</summary>
    /// <exception cref="BenchException">It ended, or did not listen in time.</exception>
    public static async Task<RunningProxy> StartAsync(
        Proxy proxy, ProxySetup setup, Cores cores, ChildProcesses children, CancellationToken cancel)
    {
        RunningProxy running = Launch(proxy, setup, cores, children);
        try
        {
            await running.WaitUntilListeningAsync(cancel);
            await Task.Delay(200, cancel); // nginx listens before it has its workers.
            running.Ids = ProcessTree.Ids(running._process.Id);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a proxy without waiting for anything.</summary>
    public static RunningProxy Launch(Proxy proxy, ProxySetup setup, Cores cores, ChildProcesses children)
    {
        IReadOnlyList<string> command = proxy.Configure(setup);
        string output = Path.Combine(setup.Folder, "output");
        return new RunningProxy(proxy, setup, cores, children.StartServer(proxy.Name, cores, command, output));
    }

    public CpuTime Cpu() => ProcessTree.Cpu(Ids);

    public Memory Memory() => ProcessTree.Memory(Ids);

    /// <summary>Sends one request, in the protocol of the setup, and insists on the right answer.</summary>
    public async Task ProbeAsync(string path, int bodyLength, CancellationToken cancel)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpRequestMessage request = Request(path);
            using HttpResponseMessage response = await client.SendAsync(request, cancel);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancel);
            if (response.StatusCode != HttpStatusCode.OK || body.Length != bodyLength)
            {
                throw new BenchException($"answered {path} with {(int)response.StatusCode} and {body.Length} bytes");
            }
            if (Setup.Mode == ProxyMode.Grpc && !IsGrpcSuccess(response))
            {
                throw new BenchException($"answered {path} without grpc-status 0 in the trailers");
            }
        }
        catch (HttpRequestException problem)
        {
            throw new BenchException($"did not answer {path}: {problem.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BenchException($"did not answer {path} within 5 s");
        }
    }

    private HttpRequestMessage Request(string path)
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri($"http://127.0.0.1:{Setup.Port}{path}"));
        if (Setup.IsHttp2)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }
        if (Setup.Mode == ProxyMode.Grpc)
        {
            request.Method = HttpMethod.Post;
            request.Content = new ByteArrayContent(GrpcBackend.Message.ToArray());
            request.Content.Headers.ContentType = new("application/grpc");
            request.Headers.TE.ParseAdd("trailers");
        }
        return request;
    }

    private static bool IsGrpcSuccess(HttpResponseMessage response) =>
        response.TrailingHeaders.TryGetValues("grpc-status", out IEnumerable<string>? status) && status.Single() == "0";

    /// <summary>Fails with what the process said if it is no longer there.</summary>
    public void ThrowIfGone()
    {
        if (_process.HasExited)
        {
            throw new BenchException($"exited with code {_process.ExitCode}: {_process.Tail()}");
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task WaitUntilListeningAsync(CancellationToken cancel)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(StartPatience);
        try
        {
            while (!await IsListeningAsync(deadline.Token))
            {
                ThrowIfGone();
                await Task.Delay(20, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BenchException($"did not listen within {StartPatience.TotalSeconds:0} s: {_process.Tail()}");
        }
    }

    private async Task<bool> IsListeningAsync(CancellationToken cancel)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Setup.Port), cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
