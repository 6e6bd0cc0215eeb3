using System.Net;
using System.Text;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Observability;
using Mosn.Tests.Server;
using Mosn.Transport;

namespace Mosn.Tests.Admin;

/// <summary>A whole proxy in memory with its admin API, through which a test changes it.</summary>
internal sealed class UpdateWorld : IDisposable, IAcceptor, IHostResolver
{
    /// <summary>The name of a host that has an address.</summary>
    public const string KnownName = "known.test";

    private static readonly TransportAddress s_address = TransportAddress.From(IPAddress.Loopback, 34901);

    private readonly LogWorld _logs = new();
    private readonly MosnConfig _config;
    private readonly MemoryLoop _loop;
    private readonly AdminFilterFactory _factory;

    public UpdateWorld(string? config = null, Extensions? extensions = null, FakeNameServer? names = null)
    {
        string text = config ?? ProxyWorld.Http();
        Proxy = new ProxyWorld(text, extensions: extensions, names: names);
        _config = AdminWorld.Parse(text);
        Applier = new ConfigApplier(Proxy.Runtime, this);
        AdminSources sources = new()
        {
            Version = "1.2.3",
            Config = () => Proxy.Runtime.InForce(_config),
            Metrics = Proxy.Metrics,
            Clusters = Proxy.Clusters.Snapshot,
            Updates = Applier,
            State = static () => 6,
            Features = static () => new Dictionary<string, bool>(StringComparer.Ordinal),
            ErrorLogs = new ErrorLogs(_logs.Files, _logs.Writer, _logs.Time),
            LogFiles = _logs.Files,
        };
        IReadOnlyList<IAdminEndpoint> endpoints = AdminEndpoints.Standard(sources, metrics: null);
        _factory = new AdminFilterFactory(
            new AdminApi(endpoints, new AdminAccess("127.0.0.1"), new HelpEndpoint(endpoints)), Log);
        _loop = Proxy.Network.AddLoop();
        _loop.Listen(s_address, new ListenOptions(Backlog: 128), this);
    }

    public ProxyWorld Proxy { get; }

    public ConfigApplier Applier { get; }

    public RecordedLog Log { get; } = new();

    /// <summary>Set: whoever asks for a name waits for this.</summary>
    public TaskCompletionSource? NamesHeld { get; set; }

    public AdminReply Get(string target) => Send("GET", target);

    /// <summary>A request whose body says that it is JSON.</summary>
    public AdminReply Send(string method, string target, string body = "", string type = "application/json", string more = "")
    {
        MemoryPeer client = Begin(method, target, body, type, more);
        for (int i = 0; !client.InputEnded && i < 1_000_000; i++)
        {
            Proxy.Run();
            Thread.Yield(); // A continuation may be on its way through the thread pool.
        }
        Assert.True(client.InputEnded, $"error {client.Error}: {client.ReceivedText}");
        return new AdminReply(client.ReceivedText);
    }

    /// <summary>Sends a request and does not wait.</summary>
    public MemoryPeer Begin(string method, string target, string body, string type = "application/json", string more = "")
    {
        MemoryPeer client = Proxy.Network.Connect(s_address);
        client.Send(Encoding.UTF8.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:34901\r\nConnection: close\r\nContent-Type: {type}\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{more}\r\n{body}"));
        Proxy.Run();
        return client;
    }

    /// <summary>What a client of the proxy is answered: the status, and the body.</summary>
    public (int Status, string Body) Ask(string path = "/", string host = "a")
    {
        MemoryPeer client = Proxy.Client();
        client.Send($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Proxy.Run();
        AdminReply reply = new(client.ReceivedText);
        return (reply.Status, reply.Body);
    }

    /// <summary>Opens an upstream host that answers with its number.</summary>
    public MemoryHost Answering(int index) => Proxy.Upstream(
        peer => peer.OnInput = self => self.Send($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{index}"), index);

    public void OnAccepted(ITransport transport)
    {
        Connection connection = Connection.Accepted(_loop, transport, new ConnectionOptions { IdleTimeoutMs = 90_000 });
        _factory.AddTo(connection);
        connection.Start();
    }

    public void OnAcceptFailed(int error) => Assert.Fail($"accept failed with error {error}");

    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellation)
    {
        if (NamesHeld is { } held)
        {
            await held.Task.WaitAsync(cancellation);
        }
        return name == KnownName ? [IPAddress.Loopback] : [];
    }

    public void Dispose()
    {
        Proxy.Dispose();
        _logs.Dispose();
    }
}
