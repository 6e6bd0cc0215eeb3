using System.Text;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>A client of one protocol, the proxy with a transcoder, a host of another protocol.</summary>
internal sealed class TranscodingWorld : IDisposable
{
    private readonly List<MemoryPeer> _clients = [];
    private readonly MemoryHost? _upstream;

    /// <param name="client">What clients speak.</param>
    /// <param name="host">What the host speaks, as the cluster says.</param>
    /// <param name="config">The filter's; null: there is no filter.</param>
    /// <param name="onHost">Members of the virtual host's <c>per_filter_config</c>.</param>
    public TranscodingWorld(
        string client, string host, string? config = "{}", string route = "", string onHost = "", string match = "",
        string listener = "", bool hasUpstream = true, Action<MemoryPeer>? onPeer = null)
    {
        string filters = config is null ? "" : $$""", "stream_filters": [{ "type": "transcoder", "config": {{config}} }]""";
        string text = ProxyWorld
            .Http(
                listener: filters + listener, route: route,
                cluster: $$""", "max_request_per_conn": 1000000{{(host.Length == 0 ? "" : $", \"protocol\": \"{host}\"")}}""")
            .Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                $"\"downstream_protocol\": \"{client}\"", StringComparison.Ordinal)
            .Replace("\"domains\":", $"\"per_filter_config\": {{{onHost}}}, \"domains\":", StringComparison.Ordinal);
        World = new ProxyWorld(match.Length == 0
            ? text
            : text.Replace("\"match\": { \"prefix\": \"/\" }", $"\"match\": {match}", StringComparison.Ordinal));
        _upstream = hasUpstream ? World.Upstream(onPeer) : null;
        Client = NewClient();
    }

    public ProxyWorld World { get; }

    public MemoryPeer Client { get; }

    /// <summary>The newest connection to the host.</summary>
    public MemoryPeer Host => _upstream!.Peers[^1];

    /// <summary>Connections to the host so far.</summary>
    public int HostCount => _upstream!.Peers.Count;

    /// <summary>The calls that the host has got on its newest connection.</summary>
    public List<byte[]> Calls => BoltFrames.Split(Host.Received);

    public MemoryPeer NewClient()
    {
        _clients.Add(World.Client());
        return _clients[^1];
    }

    /// <summary>The client sends; what has come back.</summary>
    public string Send(string text)
    {
        Client.Send(text);
        World.Run();
        return Client.ReceivedText;
    }

    /// <inheritdoc cref="Send(string)"/>
    public byte[] Send(byte[] frame)
    {
        Client.Send(frame);
        World.Run();
        return Client.Received.ToArray();
    }

    /// <summary>The host answers; what the client then has.</summary>
    public string Answer(byte[] frame)
    {
        Host.Send(frame);
        World.Run();
        return Client.ReceivedText;
    }

    /// <inheritdoc cref="Answer(byte[])"/>
    public byte[] Answer(string text)
    {
        Host.Send(text);
        World.Run();
        return Client.Received.ToArray();
    }

    public long Count(int metric) =>
        World.Metrics.GetOrAdd(FilterMetrics.Transcoder, ("listener", "in")).Read(metric);

    /// <summary>Everybody leaves, and nothing may be left.</summary>
    public void AssertNothingIsLeft()
    {
        foreach (MemoryPeer peer in (MemoryPeer[])[.. _clients, .. _upstream?.Peers ?? []])
        {
            peer.Close();
        }
        World.Advance(200_000);
        Assert.Empty(World.Leaks());
    }

    public void Dispose() => World.Dispose();

    /// <summary>A header map as the test wants it, whether or not it could be fields of HTTP.</summary>
    public static string FieldsOf(byte[] frame)
    {
        int size = frame[1] == 0 ? 20 : 22;
        int at = size + ((frame[size - 8] << 8) | frame[size - 7]);
        int end = at + ((frame[size - 6] << 8) | frame[size - 5]);
        StringBuilder text = new();
        for (bool isName = true; at < end; isName = !isName)
        {
            int length = (frame[at + 2] << 8) | frame[at + 3];
            text.Append(Encoding.Latin1.GetString(frame, at + 4, length)).Append(isName ? ": " : "\n");
            at += 4 + length;
        }
        return text.ToString();
    }
}
