using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>One client of HTTP/1.1, the proxy, and one host. After each test nothing is left.</summary>
public abstract class OneClientTests : IDisposable
{
    private protected const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private protected readonly ProxyWorld _world = new(ProxyWorld.Http());
    private protected readonly MemoryHost _upstream;
    private protected readonly MemoryPeer _client;

    private protected OneClientTests()
    {
        _upstream = _world.Upstream();
        _client = _world.Client();
    }

    private protected MemoryPeer Host => _upstream.Peers[^1];

    public void Dispose()
    {
        // Whatever happened: when the last connections have timed out, nothing is left.
        _client.Close();
        _world.Advance(300_000);
        foreach (MemoryPeer peer in _upstream.Peers)
        {
            peer.Close();
        }
        _world.Advance(300_000);
        Assert.Empty(_world.Leaks());
        _world.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Send(string text)
    {
        _client.Send(text);
        _world.Run();
    }
}
