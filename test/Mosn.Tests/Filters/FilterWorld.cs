using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>A proxy with stream filters, one client, and an upstream that answers each request by itself.</summary>
internal sealed class FilterWorld : IDisposable
{
    private readonly MemoryHost _upstream;
    private string _seen = "";

    /// <param name="filters">JSON objects, comma between them.</param>
    /// <param name="ofHost">Members of the virtual host's <c>per_filter_config</c>.</param>
    public FilterWorld(string filters, string ofHost = "")
        : this(new ProxyWorld(Config(filters, ofHost)))
    {
    }

    public FilterWorld(ProxyWorld world)
    {
        World = world;
        _upstream = World.Upstream(peer => peer.OnInput = OnInput);
        Client = World.Client();
    }

    public ProxyWorld World { get; }

    public MemoryPeer Client { get; }

    /// <summary>The upstream's side of the newest connection.</summary>
    public MemoryPeer Host => _upstream.Peers[^1];

    /// <summary>Whole answers; null: the test answers.</summary>
    public string? Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>What the upstream has got of the last request; empty if nothing.</summary>
    public string Seen => Answer is null && _upstream.Peers.Count > 0 ? Host.ReceivedText : _seen;

    /// <summary>A GET with more headers, each ending with CR LF, and what the client then has.</summary>
    public string Get(string headers = "", string path = "/") =>
        Send($"GET {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n");

    /// <summary>Sends bytes on the client's connection; what has come back since.</summary>
    public string Send(string text)
    {
        Client.ClearReceived();
        _seen = "";
        Client.Send(text);
        World.Run();
        return Client.ReceivedText;
    }

    /// <summary>A counter of a filter of the listener.</summary>
    public long Count(MetricSchema schema, int metric) => World.Metrics.GetOrAdd(schema, ("listener", "in")).Read(metric);

    /// <summary>Everybody leaves; what was not given back.</summary>
    public IReadOnlyList<string> Leaks()
    {
        Client.Close();
        World.Advance(200_000);
        foreach (MemoryPeer peer in _upstream.Peers)
        {
            peer.Close();
        }
        World.Advance(1000);
        return World.Leaks();
    }

    public void Dispose() => World.Dispose();

    private static string Config(string filters, string ofHost) => ProxyWorld
        .Http(listener: $", \"stream_filters\": [{filters}]")
        .Replace("\"domains\":", $"\"per_filter_config\": {{{ofHost}}}, \"domains\":", StringComparison.Ordinal);

    private void OnInput(MemoryPeer peer)
    {
        if (Answer is { } answer && peer.ReceivedText.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            _seen = peer.ReceivedText;
            peer.ClearReceived();
            peer.Send(answer);
        }
    }
}
