using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>A client, the proxy and one host, and what opens a tunnel between them.</summary>
internal sealed class TunnelWorld : IDisposable
{
    /// <param name="route">More of the route's action, see <see cref="ProxyWorld.Http"/>.</param>
    /// <param name="config">Changes the configuration.</param>
    public TunnelWorld(string route = "", Func<string, string>? config = null, Extensions? extensions = null)
    {
        string text = ProxyWorld.Http(route: route);
        Proxy = new ProxyWorld(config is null ? text : config(text), extensions: extensions);
        Upstream = Proxy.Upstream();
        Client = Proxy.Client();
    }

    public ProxyWorld Proxy { get; }

    public MemoryHost Upstream { get; }

    public MemoryPeer Client { get; }

    /// <summary>The newest connection to the host.</summary>
    public MemoryPeer Host => Upstream.Peers[^1];

    public void Send(string text)
    {
        Client.Send(text);
        Proxy.Run();
    }

    public void Answer(string text)
    {
        Host.Send(text);
        Proxy.Run();
    }

    /// <summary>Opens a WebSocket, and forgets how.</summary>
    public void Open()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n");
        Answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", Client.ReceivedText);
        Client.ClearReceived();
        Host.ClearReceived();
    }

    /// <summary>What each side sends arrives on the other as it is.</summary>
    public void AssertTunnel()
    {
        Host.ClearReceived();
        Client.ClearReceived();
        Send("GET / HTTP/1.1\r\n\r\n\0\x81\xff");
        Answer("HTTP/1.1 200 OK\r\n\r\n\0\x82\xfe");
        Assert.Equal("GET / HTTP/1.1\r\n\r\n\0\x81\xff", Host.ReceivedText);
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n\0\x82\xfe", Client.ReceivedText);
    }

    /// <summary>When everybody has gone, nothing is left.</summary>
    public void AssertCleanEnd()
    {
        Client.Close();
        Proxy.Advance(100_000);
        foreach (MemoryPeer peer in Upstream.Peers)
        {
            peer.Close();
        }
        Proxy.Advance(400_000);
        Assert.Empty(Proxy.Leaks());
        Assert.Equal(0, Proxy.Count(SelfMetric.BugsTotal));
        Assert.Equal(0, Proxy.Count(SelfMetric.TunnelsActive));
    }

    public void Dispose() => Proxy.Dispose();
}
