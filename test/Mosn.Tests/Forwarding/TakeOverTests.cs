using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Proxy.Network;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Testing;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Forwarding;

/// <summary>A connection of HTTP/1 that goes on in HTTP/2, as seen by whoever takes it over.</summary>
public sealed class TakeOverTests
{
    [Fact]
    public void The_other_protocol_gets_the_request_the_settings_and_what_follows()
    {
        Successor successor = new();
        using TunnelWorld world = Open("Http1,successor", successor);
        world.Send(Request("AAMAAABk") + "PRI");
        Assert.Equal("/x", successor.Path);
        Assert.Equal("AAMAAABk", successor.Settings);
        Assert.Equal("PRI", successor.Received);
        world.Send(" * more");
        Assert.Equal("PRI * more", successor.Received);
        world.Client.Close();
        world.Proxy.Run();
        Assert.Contains("end", successor.Received);
        Assert.Empty(world.Upstream.Peers);
    }

    [Theory]
    [InlineData("Http1", "AAMAAABk", "")]
    [InlineData("Http1,successor", "?", "")]
    [InlineData("Http1,successor", "AAMAAABk", "Content-Length: 2\r\n")]
    [InlineData("Http1,successor", "AAMAAABk", "HTTP2-Settings: AAMAAABk\r\n")]
    public void An_offer_that_cannot_be_taken_is_ignored(string protocols, string settings, string more)
    {
        Successor successor = new();
        using TunnelWorld world = Open(protocols, successor);
        world.Send(Request(settings, more) + (more.StartsWith("Content", StringComparison.Ordinal) ? "hi" : ""));
        Assert.Null(successor.Path);
        Assert.StartsWith("GET /x ", world.Host.ReceivedText);
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.False(world.Client.IsOver);
        world.AssertCleanEnd();
    }

    private static string Request(string settings, string more = "") =>
        "GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        + $"HTTP2-Settings: {settings}\r\n{more}\r\n";

    private static TunnelWorld Open(string protocols, Successor successor)
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.Protocols.Add("successor", static (_, _) => ProtocolMatch.No, _ => successor);
        return new TunnelWorld(
            config: text => text.Replace(
                "\"downstream_protocol\": \"Http1\"", $"\"downstream_protocol\": \"{protocols}\"", StringComparison.Ordinal),
            extensions: extensions);
    }

    /// <summary>Stands where HTTP/2 does, and only notes what it gets.</summary>
    private sealed class Successor : IServerProtocol, IServerConnection
    {
        private readonly StringBuilder _received = new();

        public string UpgradeName => "h2c";

        public string? Path { get; private set; }

        public string? Settings { get; private set; }

        public string Received => _received.ToString();

        public IServerConnection Open(Connection connection, IServerStreamHandler handler) => this;

        public IServerConnection? TakeOver(
            Connection connection, IServerStreamHandler handler, RequestHead request, ReadOnlySpan<byte> settings)
        {
            if (settings.SequenceEqual("?"u8))
            {
                return null;
            }
            Path = Encoding.Latin1.GetString(request.Path);
            Settings = Encoding.Latin1.GetString(settings);
            return this;
        }

        public void OnData(ReadBuffer input)
        {
            _received.Append(Encoding.Latin1.GetString(input.Unread));
            input.Consume(input.Length);
        }

        public void OnEndOfInput() => _received.Append("end");

        public void OnEvent(ConnectionEvent what)
        {
        }
    }
}
