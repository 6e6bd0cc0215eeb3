using Mosn.Protocols.Http2;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>
/// A proxy between a client and a host that both send frames as they are told, right or wrong, and the three ways in
/// which a frame can be taken.
/// </summary>
internal sealed class Http2RuleWorld : IDisposable
{
    private const ulong Sign = 0x0102_0304_0506_0708;

    private readonly List<Http2Peer> _hosts = [];

    /// <param name="upstream">What the host speaks: with HTTP/2, it is one that is told what to send.</param>
    /// <param name="settings">The client's.</param>
    public Http2RuleWorld(string upstream = "Http1", params (int Id, uint Value)[] settings)
    {
        World = new ProxyWorld(Http2World.Config(upstream: upstream));
        Upstream = World.Upstream(peer =>
        {
            if (upstream == "Http2")
            {
                Http2Peer host = new(peer, isServer: true);
                host.Start(HostSettings);
                _hosts.Add(host);
            }
        });
        Client = World.Http2Client(settings);
    }

    public ProxyWorld World { get; }

    public MemoryHost Upstream { get; }

    public Http2Peer Client { get; }

    /// <summary>What a host of HTTP/2 says first.</summary>
    public (int Id, uint Value)[] HostSettings { get; set; } = [];

    /// <summary>The first connection to a host of HTTP/2.</summary>
    public Http2Peer Host => _hosts[0];

    /// <summary>All connections to hosts of HTTP/2.</summary>
    public IReadOnlyList<Http2Peer> Hosts => _hosts;

    public void Run() => World.Run();

    public void Dispose() => World.Dispose();

    /// <summary>The far end was told why, and is left (RFC 9113 section 5.4.1).</summary>
    public void AssertConnectionError(Http2ErrorCode code, Http2Peer? peer = null)
    {
        peer ??= Client;
        Run();
        Assert.Equal(code, peer.GoAway?.Code);
        Assert.True(peer.Peer.IsOver);
    }

    /// <summary>The stream was reset, and the connection goes on (RFC 9113 section 5.4.2).</summary>
    public void AssertStreamError(int id, Http2ErrorCode code, Http2Peer? peer = null)
    {
        peer ??= Client;
        Run();
        Assert.Equal(code, peer.Stream(id).Reset);
        AssertAlive(peer);
    }

    /// <summary>Nothing came of it: no stream was reset, and the connection goes on.</summary>
    public void AssertIgnored(Http2Peer? peer = null)
    {
        peer ??= Client;
        Run();
        Assert.DoesNotContain(peer.Frames, static frame => frame.Type == Http2FrameType.RstStream);
        AssertAlive(peer);
    }

    /// <summary>The far end's PING is answered.</summary>
    public void AssertAlive(Http2Peer? peer = null)
    {
        peer ??= Client;
        byte[] payload = BitConverter.GetBytes(Sign + (ulong)peer.Frames.Count);
        peer.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, payload);
        Run();
        Assert.Null(peer.GoAway);
        Assert.False(peer.Peer.IsOver);
        Http2PeerFrame echo = Assert.Single(
            peer.Frames, frame => frame.Type == Http2FrameType.Ping && frame.Payload.AsSpan().SequenceEqual(payload));
        Assert.Equal(Http2FrameHeader.Ack, echo.Header.Flags);
    }

    /// <summary>A request on a stream gets its response: HTTP/1 hosts only.</summary>
    public void AssertServed(int id)
    {
        Client.SendRequest(id);
        Run();
        Upstream.Peers[^1].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Run();
        Assert.True(Client.Stream(id).IsEnded);
        Assert.Equal("ok", Client.Stream(id).BodyText);
    }
}
