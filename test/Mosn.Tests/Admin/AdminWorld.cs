using System.Net;
using System.Text;
using System.Text.Json;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Observability;
using Mosn.Tests.Server;
using Mosn.Transport;

namespace Mosn.Tests.Admin;

/// <summary>The admin API in memory: its sources are here for a test to set, and its one loop turns when asked.</summary>
internal sealed class AdminWorld : IDisposable, IAcceptor
{
    public const string SecretValue = "s3cr3t-value";

    private static readonly TransportAddress Address = TransportAddress.From(IPAddress.Loopback, 34901);

    private readonly AdminFilterFactory _factory;

    public AdminWorld(MemoryWeather? weather = null, params IAdminEndpoint[] more)
    {
        Network = new MemoryNetwork(weather);
        ErrorLogs = new ErrorLogs(Logs.Files, Logs.Writer, Logs.Time);
        AdminSources sources = new()
        {
            Version = "1.2.3",
            Config = () => Config,
            Metrics = Logs.Metrics,
            Clusters = () => Clusters,
            State = () => State,
            Features = () => new Dictionary<string, bool>(StringComparer.Ordinal)
            {
                ["XdsMtlsEnable"] = true,
                ["auto_config"] = false,
            },
            ErrorLogs = ErrorLogs,
            LogFiles = Logs.Files,
            Environment = name => Environment.GetValueOrDefault(name),
        };
        IAdminEndpoint[] endpoints = [.. AdminEndpoints.Standard(sources, Config.Metrics), .. more];
        AdminApi api = new(endpoints, new AdminAccess("admin.example"), new HelpEndpoint(endpoints));
        _factory = new AdminFilterFactory(api, Log);
        Network.AddLoop().Listen(Address, new ListenOptions(Backlog: 128), this);
    }

    public MemoryNetwork Network { get; }

    public LogWorld Logs { get; } = new();

    public RecordedLog Log { get; } = new();

    public ErrorLogs ErrorLogs { get; }

    public MosnConfig Config { get; set; } = new();

    public int State { get; set; } = 6;

    public IReadOnlyList<Cluster> Clusters { get; set; } = [];

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public static MosnConfig Parse(string json)
    {
        ConfigLoadResult loaded = ConfigLoader.LoadText(Encoding.UTF8.GetBytes(json), ConfigFormat.Json, "m.json");
        Assert.False(loaded.HasErrors, string.Join('\n', loaded.Problems));
        return loaded.Config!;
    }

    public AdminReply Get(string target) => Send("GET", target);

    public AdminReply Post(string target, string body) => Send("POST", target, body);

    /// <summary>One request on a connection of its own.</summary>
    public AdminReply Send(string method, string target, string body = "", string host = "127.0.0.1:34901", string more = "")
    {
        MemoryPeer client = Connect();
        string length = body.Length > 0 || method == "POST" ? $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n" : "";
        client.Send(Encoding.UTF8.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{length}{more}\r\n{body}"));
        Network.RunUntilIdle();
        Assert.True(client.InputEnded, $"connected {client.WasConnected} error {client.Error}: {client.ReceivedText}");
        return new AdminReply(client.ReceivedText);
    }

    public MemoryPeer Connect() => Network.Connect(Address);

    public void OnAccepted(ITransport transport)
    {
        Connection connection = Connection.Accepted(
            Network.Loops[0], transport, new ConnectionOptions { IdleTimeoutMs = 90_000 });
        _factory.AddTo(connection);
        connection.Start();
    }

    public void OnAcceptFailed(int error) => Assert.Fail($"accept failed with error {error}");

    public void Dispose()
    {
        Network.Advance(120_000);
        Assert.Equal((0, 0), (Network.OpenTransports, Network.RentedChunks));
        Logs.Dispose();
    }
}

/// <summary>A response as text.</summary>
internal sealed class AdminReply
{
    private readonly string _head;

    public AdminReply(string received)
    {
        int end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0, $"no whole head: {received}");
        _head = received[..(end + 2)];
        Body = received[(end + 4)..];
        Status = int.Parse(_head.Split(' ')[1]);
    }

    public int Status { get; }

    public string Body { get; }

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A field's value; null if it is not there.</summary>
    public string? Field(string name)
    {
        string? line = _head.Split("\r\n").FirstOrDefault(
            line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 1)..].Trim();
    }
}
