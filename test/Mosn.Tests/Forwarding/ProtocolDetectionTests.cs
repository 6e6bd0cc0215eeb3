using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>Listeners whose clients may speak more than one thing.</summary>
public sealed class ProtocolDetectionTests
{
    private const string Fallback = """, "fallback_for_unknown_protocol": true""";

    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData("Auto")]
    [InlineData("Http1")]
    [InlineData("Http2, Http1")]
    public void A_request_of_http1_is_known_as_such(string protocols)
    {
        using DetectionWorld world = new(protocols);
        world.Send(Request);
        Assert.StartsWith("GET / ", world.Host.ReceivedText);
    }

    [Fact]
    public void A_request_may_come_byte_by_byte()
    {
        using DetectionWorld world = new("Auto", Fallback);
        foreach (char one in "PATCH / HTTP/1.1\r\nHost: a\r\n\r\n")
        {
            world.Send(one.ToString());
        }
        Assert.StartsWith("PATCH / ", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Unknown_bytes_go_to_the_next_filter_all_of_them()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.Send("hello");
        Assert.Equal("hello", world.Raw.ReceivedText);
        world.Send(" and more");
        world.Raw.Send("220 yes");
        world.World.Run();
        Assert.Equal("hello and more", world.Raw.ReceivedText);
        Assert.Equal("220 yes", world.Client.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Bytes_that_looked_like_a_method_go_to_the_next_filter_too()
    {
        using DetectionWorld world = new("Http1", Fallback);
        world.Send("PIN");
        Assert.Empty(world.RawPeers);
        world.Send("G\r\n");
        Assert.Equal("PING\r\n", world.Raw.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_client_that_ends_with_its_first_bytes_gets_its_answer_from_the_next_filter()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.Client.Send("PIN"); // Undecided.
        world.Client.SendEnd();
        world.World.Run();
        Assert.Equal("PIN", world.Raw.ReceivedText);
        Assert.True(world.Raw.InputEnded);
        world.Raw.Send("PONG");
        world.Raw.Close();
        world.World.Run();
        Assert.Equal("PONG", world.Client.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Undecided_bytes_go_to_the_next_filter_when_the_time_is_up()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.Send("PO");
        world.World.Advance(10_000);
        world.Send("S"); // Not a new wait.
        world.World.Advance(4_900);
        Assert.Empty(world.RawPeers);
        world.World.Advance(200);
        Assert.Equal("POS", world.Raw.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_client_that_says_nothing_is_waited_for()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.World.Advance(60_000);
        Assert.Empty(world.RawPeers);
        world.Send(Request);
        Assert.StartsWith("GET / ", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_connection_of_a_known_protocol_opens_nothing_for_the_next_filter()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.Send(Request);
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.Empty(world.RawPeers);
        world.AssertCleanEnd();
    }

    [Fact]
    public void The_next_filter_does_not_begin_when_a_known_protocol_has_taken_all_there_is()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.Send(Request + Request[..20]);
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Send(Request[20..]); // What is left is to be looked at again, and the rest comes before that.
        Assert.Empty(world.RawPeers);
        world.Host.Send("HTTP/1.1 204 No Content\r\n\r\n");
        world.World.Run();
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", world.Client.ReceivedText);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("\x16\x03\x01\x02")]
    public void Without_a_next_filter_unknown_bytes_end_the_connection(string bytes)
    {
        using DetectionWorld world = new("Auto");
        world.Send(bytes);
        Assert.True(world.Client.IsOver);
        Assert.Equal(1, world.World.Count(SelfMetric.ConnectionsUnknownTotal));
        world.AssertCleanEnd();
    }

    [Fact]
    public void Without_a_next_filter_undecided_bytes_end_the_connection_when_the_time_is_up()
    {
        using DetectionWorld world = new("Http1,Http2", """, "detection_timeout": "2s" """);
        world.Send("POS");
        world.World.Advance(1_900);
        Assert.False(world.Client.IsOver);
        world.World.Advance(200);
        Assert.True(world.Client.IsOver);
        Assert.Equal(1, world.World.Count(SelfMetric.ConnectionsUnknownTotal));
    }

    [Fact]
    public void A_drain_ends_a_connection_that_has_not_said_what_it_speaks()
    {
        using DetectionWorld world = new("Auto", Fallback);
        world.Send("PO");
        world.World.Wait(world.World.Listeners[0].BeginDrainAsync().AsTask());
        world.World.Run();
        Assert.True(world.Client.IsOver);
    }

    /// <summary>A proxy filter and behind it, if the proxy falls back, a filter that relays to another cluster.</summary>
    private sealed class DetectionWorld : IDisposable
    {
        private readonly MemoryHost _upstream;
        private readonly MemoryHost _raw;

        public DetectionWorld(string protocols, string proxy = "")
        {
            string config = ProxyWorld.Http(proxy: proxy, hosts: 1)
                .Replace("\"downstream_protocol\": \"Http1\"", $"\"downstream_protocol\": \"{protocols}\"", StringComparison.Ordinal)
                .Replace(
                    "}] }]",
                    proxy.Contains("fallback", StringComparison.Ordinal)
                        ? """}, { "type": "tcp_proxy", "config": { "cluster": "raw" } }] }]"""
                        : "}] }]",
                    StringComparison.Ordinal)
                .Replace(
                    "\"clusters\": [",
                    "\"clusters\": [" + """{ "name": "raw", "type": "SIMPLE", "hosts": [{ "address": "127.0.0.1:9100" }] }, """,
                    StringComparison.Ordinal);
            World = new ProxyWorld(config);
            _upstream = World.Upstream();
            _raw = World.Upstream(index: 100);
            Client = World.Client();
            World.Run();
        }

        public ProxyWorld World { get; }

        public MemoryPeer Client { get; }

        public MemoryPeer Host => _upstream.Peers.Single();

        public IReadOnlyList<MemoryPeer> RawPeers => _raw.Peers;

        public MemoryPeer Raw => _raw.Peers.Single();

        public void Send(string text)
        {
            Client.Send(text);
            World.Run();
        }

        public void AssertCleanEnd()
        {
            Client.Close();
            foreach (MemoryPeer peer in _upstream.Peers.Concat(_raw.Peers))
            {
                peer.Close();
            }
            World.Advance(100_000);
            Assert.Empty(World.Leaks());
        }

        public void Dispose() => World.Dispose();
    }
}
