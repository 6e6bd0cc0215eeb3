using System.Text;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>
/// A protocol without ids, made known in a line: one call at a time on a connection, and answers in the order of the calls.
/// </summary>
public sealed class TurnExchangeTests : IDisposable
{
    private readonly ProxyWorld _world;
    private readonly MemoryHost _upstream;
    private readonly MemoryPeer _client;

    public TurnExchangeTests()
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.FrameProtocols.Add<TurnCodec>();
        _world = new ProxyWorld(
            ProxyWorld.Http(route: """, "timeout": "2s" """).Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                "\"downstream_protocol\": \"turn\"",
                StringComparison.Ordinal),
            extensions: extensions);
        _upstream = _world.Upstream();
        _client = _world.Client();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Calls_of_a_client_are_served_one_after_the_other()
    {
        _client.Send("Q\u0003oneQ\u0003two"u8);
        _world.Run();
        Assert.Equal("Q\u0003one", TextOf(_upstream.Peers[0]));
        _upstream.Peers[0].Send("A\u0001x"u8);
        _world.Run();
        Assert.Equal("Q\u0003oneQ\u0003two", TextOf(_upstream.Peers[0]));
        _upstream.Peers[0].Send("A\u0001y"u8);
        _world.Run();
        Assert.Equal("A\u0001xA\u0001y", TextOf(_client));
        Assert.Single(_upstream.Peers);
    }

    [Fact]
    public void Calls_of_several_clients_have_connections_of_their_own()
    {
        MemoryPeer other = _world.Client();
        _client.Send("Q\u0003one"u8);
        other.Send("Q\u0003two"u8);
        _world.Run();
        Assert.Equal(2, _upstream.Peers.Count);
        MemoryPeer second = _upstream.Peers.Single(static peer => TextOf(peer).EndsWith("two", StringComparison.Ordinal));
        second.Send("A\u0001y"u8);
        _world.Run();
        Assert.Equal(("", "A\u0001y"), (TextOf(_client), TextOf(other)));
    }

    [Fact]
    public void A_connection_whose_call_was_given_up_is_not_used_for_another()
    {
        _client.Send("Q\u0003one"u8);
        _world.Advance(3_100);
        Assert.Equal("E\u0001!", TextOf(_client));
        Assert.True(_upstream.Peers[0].IsOver);
        _client.Send("Q\u0003two"u8);
        _world.Run();
        Assert.Equal("Q\u0003two", TextOf(_upstream.Peers[1]));
    }

    private static string TextOf(MemoryPeer peer) => Encoding.Latin1.GetString(peer.Received);
}
