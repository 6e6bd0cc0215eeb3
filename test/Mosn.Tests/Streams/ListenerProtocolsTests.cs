using Mosn.Protocols.Detection;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Streams;

public sealed class ListenerProtocolsTests
{
    private static readonly Named s_first = new("first");
    private static readonly Named s_second = new("second");

    [Theory]
    [InlineData(ProtocolMatch.Yes, ProtocolMatch.Yes, ProtocolMatch.Yes, "first")]
    [InlineData(ProtocolMatch.No, ProtocolMatch.Yes, ProtocolMatch.Yes, "second")]
    [InlineData(ProtocolMatch.More, ProtocolMatch.Yes, ProtocolMatch.Yes, "second")]
    [InlineData(ProtocolMatch.More, ProtocolMatch.No, ProtocolMatch.More, null)]
    [InlineData(ProtocolMatch.No, ProtocolMatch.More, ProtocolMatch.More, null)]
    [InlineData(ProtocolMatch.No, ProtocolMatch.No, ProtocolMatch.No, null)]
    public void The_first_that_fits_is_taken_in_the_order_of_the_list(
        ProtocolMatch first, ProtocolMatch second, ProtocolMatch expected, string? name)
    {
        ListenerProtocols protocols = new([((_, _) => first, s_first), ((_, _) => second, s_second)], detects: true);
        Assert.Equal(expected, protocols.Find("", default, out IServerProtocol? found));
        Assert.Equal(name, (found as Named)?.UpgradeName);
        Assert.Null(protocols.Given);
    }

    [Fact]
    public void A_single_protocol_is_given_unless_it_must_be_looked_for()
    {
        Assert.Same(s_first, new ListenerProtocols([((_, _) => ProtocolMatch.No, s_first)], detects: false).Given);
        Assert.Null(new ListenerProtocols([((_, _) => ProtocolMatch.No, s_first)], detects: true).Given);
        Assert.Null(new ListenerProtocols([], detects: false).Given);
    }

    [Fact]
    public void Where_nothing_is_spoken_nothing_is_found()
    {
        ListenerProtocols protocols = new([], detects: false);
        Assert.Equal(ProtocolMatch.No, protocols.Find("h2", "GET / HTTP/1.1\r\n"u8, out IServerProtocol? found));
        Assert.Null(found);
        Assert.Null(protocols.FindUpgrade("h2c"));
    }

    [Fact]
    public void What_the_tls_handshake_settled_is_shown_to_each()
    {
        string seen = "";
        ListenerProtocols protocols = new([((alpn, _) => Note(alpn), s_first), ((alpn, _) => Note(alpn), s_second)], detects: true);
        protocols.Find("h2", default, out _);
        Assert.Equal("h2h2", seen);

        ProtocolMatch Note(string alpn)
        {
            seen += alpn;
            return ProtocolMatch.No;
        }
    }

    [Fact]
    public void An_upgrade_is_found_by_its_name()
    {
        ListenerProtocols protocols = new(
            [((_, _) => ProtocolMatch.No, s_first), ((_, _) => ProtocolMatch.No, s_second)], detects: true);
        Assert.Same(s_second, protocols.FindUpgrade("second"));
        Assert.Null(protocols.FindUpgrade("third"));
    }

    private sealed class Named(string name) : IServerProtocol
    {
        public string UpgradeName => name;

        public IServerConnection Open(Connection connection, IServerStreamHandler handler) => throw new NotSupportedException();
    }
}
