using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

public sealed class TcpProxyTests : IDisposable
{
    private readonly ProxyWorld _world = new(ProxyWorld.Tcp(proxy: """, "idle_timeout": "30s" """, hosts: 2));
    private readonly MemoryHost _upstream;
    private readonly MemoryHost _other;
    private readonly MemoryPeer _client;

    public TcpProxyTests()
    {
        _upstream = _world.Upstream();
        _other = _world.Upstream(index: 1);
        _client = _world.Client();
        _world.Run();
    }

    private MemoryPeer Host => _upstream.Peers.Concat(_other.Peers).Single();

    public void Dispose()
    {
        _client.Close();
        foreach (MemoryPeer peer in _upstream.Peers.Concat(_other.Peers))
        {
            peer.Close();
        }
        _world.Advance(100_000);
        Assert.Empty(_world.Leaks());
        _world.Dispose();
    }

    [Fact]
    public void Bytes_go_in_both_directions_at_once()
    {
        byte[] up = new byte[300_000];
        byte[] down = new byte[400_000];
        new Random(1).NextBytes(up);
        new Random(2).NextBytes(down);
        _client.Send(up);
        Host.Send(down);
        _world.Run();
        Assert.True(up.AsSpan().SequenceEqual(Host.Received));
        Assert.True(down.AsSpan().SequenceEqual(_client.Received));
        Assert.Equal(300_000, _world.Count(DownstreamMetric.BytesReadTotal));
        Assert.Equal(400_000, _world.Count(DownstreamMetric.BytesWriteTotal));
    }

    [Fact]
    public void A_host_may_speak_first()
    {
        Host.Send("220 ready\r\n");
        _world.Run();
        Assert.Equal("220 ready\r\n", _client.ReceivedText);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_direction_ends_and_the_other_goes_on(bool clientFirst)
    {
        (MemoryPeer first, MemoryPeer second) = clientFirst ? (_client, Host) : (Host, _client);
        first.Send("last words");
        first.SendEnd();
        _world.Run();
        Assert.Equal("last words", second.ReceivedText);
        Assert.True(second.InputEnded);
        second.Send("still here");
        _world.Run();
        Assert.Equal("still here", first.ReceivedText);
        Assert.False(first.InputEnded);
        second.SendEnd();
        _world.Run();
        Assert.True(first.InputEnded);
        Assert.False(first.WasReset);
        Assert.False(second.WasReset);
        Assert.Equal(0, _world.Network.OpenTransports);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reset_stays_a_reset(bool ofClient)
    {
        (MemoryPeer first, MemoryPeer second) = ofClient ? (_client, Host) : (Host, _client);
        first.Send("part");
        _world.Run();
        first.Reset();
        _world.Run();
        Assert.Equal("part", second.ReceivedText);
        Assert.True(second.WasReset);
        Assert.False(second.InputEnded);
    }

    [Fact]
    public void A_silent_session_ends_after_the_idle_timeout()
    {
        _client.Send("x");
        _world.Advance(29_000);
        Host.Send("y");
        _world.Advance(29_000);
        Assert.False(_client.IsOver);
        _world.Advance(2_000);
        Assert.True(_client.IsOver);
        Assert.True(Host.IsOver);
    }

    [Fact]
    public void A_host_that_refuses_is_passed_over()
    {
        _upstream.Close();
        _other.Close();
        int refused = _upstream.Peers.Count;
        MemoryHost up = _world.Upstream(index: refused);
        for (int i = 0; i < 4; i++)
        {
            MemoryPeer client = _world.Client();
            client.Send("hello");
            _world.Run();
            Assert.False(client.IsOver);
            Assert.Equal("hello", up.Peers[i].ReceivedText);
            client.Close();
            up.Peers[i].Close();
            _world.Run();
        }
        up.Close();
    }

    [Fact]
    public void With_no_host_the_client_is_turned_away()
    {
        _upstream.Close();
        _other.Close();
        MemoryPeer client = _world.Client();
        client.Send("hello");
        _world.Run();
        Assert.True(client.IsOver);
    }

    [Fact]
    public void A_client_that_leaves_during_the_connect_leaves_nothing_behind()
    {
        _world.Network.SetOutcome(ProxyWorld.UpstreamAddress, ConnectOutcome.Unanswered);
        _world.Network.SetOutcome(ProxyWorld.UpstreamAddress.WithPort(9001), ConnectOutcome.Unanswered);
        MemoryPeer client = _world.Client();
        _world.Run();
        client.Reset();
        _world.Advance(60_000);
        Assert.InRange(_world.Network.OpenTransports, 0, 2); // Those of the fixture's session.
    }
}
