using Mosn.Protocols;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Clients of one RPC protocol, the proxy, and hosts.</summary>
internal sealed class RpcWorld : IDisposable
{
    private readonly List<MemoryPeer> _clients = [];
    private readonly List<MemoryHost> _hosts = [];

    /// <param name="cluster">More of the cluster; each parameter is JSON members with a comma before.</param>
    /// <param name="settings">The protocol's settings on the listener.</param>
    public RpcWorld(
        string protocol = "bolt",
        string cluster = "",
        string route = "",
        string settings = "",
        int hosts = 1,
        Extensions? extensions = null)
    {
        Protocol = protocol;
        string proxy = settings.Length == 0 ? "" : $$""", "extend_config": { "{{protocol}}": { {{settings}} } } """;
        World = new ProxyWorld(
            ProxyWorld
                .Http(cluster: cluster, route: route, proxy: proxy, hosts: hosts)
                .Replace(
                    "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                    $"\"downstream_protocol\": \"{protocol}\"",
                    StringComparison.Ordinal),
            extensions: extensions ?? RpcDialect.Extensions);
        for (int i = 0; i < hosts; i++)
        {
            OpenHost(i);
        }
    }

    /// <summary>A proxy for Bolt that sends a copy of each call to the host behind it in order, in a cluster of its own.</summary>
    public static ProxyWorld WithCopies() =>
        new(ProxyWorld
            .Http(listener: """, "stream_filters": [{ "type": "mirror", "config": {} }] """)
            .Replace(
                "\"match\": { \"prefix\": \"/\" },",
                "\"match\": { \"prefix\": \"/\" }, \"request_mirror_policies\": { \"cluster\": \"copies\", \"percent\": 100 },",
                StringComparison.Ordinal)
            .Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                "\"downstream_protocol\": \"bolt\"",
                StringComparison.Ordinal)
            .Replace(
                "\"clusters\": [",
                "\"clusters\": [{ \"name\": \"copies\", \"type\": \"SIMPLE\", \"hosts\": [{ \"address\": \"127.0.0.1:9001\" }] }, ",
                StringComparison.Ordinal));

    public string Protocol { get; }

    public ProxyWorld World { get; }

    /// <summary>The first host.</summary>
    public MemoryHost Host => _hosts[0];

    /// <summary>Connections to all hosts that are there, in the order of hosts.</summary>
    public List<MemoryPeer> Connections => [.. _hosts.SelectMany(static host => host.Peers)];

    public void Dispose() => World.Dispose();

    public MemoryHost OpenHost(int index)
    {
        _hosts.Add(World.Upstream(index: index));
        return _hosts[^1];
    }

    public MemoryPeer NewClient()
    {
        _clients.Add(World.Client());
        return _clients[^1];
    }

    public void Send(MemoryPeer peer, params ReadOnlySpan<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            peer.Send(frame);
        }
        World.Run();
    }

    public long Count(FrameMetric metric) => FrameMetrics.Of(World.Metrics, Protocol).Read((int)metric);

    public void AssertNothingIsLeft()
    {
        foreach (MemoryPeer peer in (MemoryPeer[])[.. _clients, .. Connections])
        {
            peer.ResumeReading();
            peer.Close();
        }
        World.Advance(200_000);
        Assert.Empty(World.Leaks());
    }
}
