using Mosn.Proxy.Config;
using Mosn.Proxy.Health;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Health;

/// <summary>Checks over HTTP/2: by grpc.health.v1, and with an ordinary request.</summary>
public sealed class GrpcCheckTests : IDisposable
{
    private const string Serving = "\0\0\0\0\u0002\u0008\u0001";

    private readonly HealthWorld _world = new();
    private Http2Peer? _peer;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_request_says_what_the_configuration_says()
    {
        Answer(Serving, 8080);
        Cluster cluster = _world.Apply(Grpc(new GrpcCheckConfig { Port = 8080, Service = "a.B", Authority = "app.test" }));
        _world.Advance(1050);
        Http2PeerStream call = _peer!.Stream(1);
        Assert.Equal("POST /grpc.health.v1.Health/Check", $"{Text(call.Request.Method)} {Text(call.Request.Path)}");
        Assert.Equal("app.test", Text(call.Request.Authority));
        Assert.Equal("application/grpc", call.Field("content-type"));
        Assert.Equal("trailers", call.Field("te"));
        Assert.Equal("100m", call.Field("grpc-timeout"));
        Assert.Equal("\0\0\0\0\u0005\n\u0003a.B", call.BodyText);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        Assert.Equal((1, 0), (_world.Count(CheckMetric.Success), _world.Count(CheckMetric.Failure)));
        AssertNothingIsLeft();
    }

    [Fact]
    public void Without_settings_it_asks_for_the_server_as_a_whole()
    {
        Answer(Serving);
        _world.Apply(Grpc(null));
        _world.Advance(1050);
        Assert.Equal("10.0.0.1:80", Text(_peer!.Stream(1).Request.Authority));
        Assert.Equal("\0\0\0\0\0", _peer.Stream(1).BodyText);
    }

    [Theory]
    [InlineData("\0\0\0\0\0", "0")] // UNKNOWN
    [InlineData("\0\0\0\0\u0002\u0008\u0002", "0")] // NOT_SERVING
    [InlineData("\0\0\0\0\u0002\u0008\u0003", "0")] // SERVICE_UNKNOWN
    [InlineData(Serving, "2")]
    [InlineData(Serving, "x")]
    [InlineData("", "0")]
    [InlineData("\u0001\0\0\0\u0002\u0008\u0001", "0")]
    [InlineData("\0\0\0\0\u0003\u0008\u0001", "0")]
    [InlineData(Serving + Serving, "0")]
    [InlineData("\0\0\0\0\u0002\u0008\u0080", "0")]
    public void Nothing_but_serving_is_good(string body, string status)
    {
        Answer(body, status: status);
        Cluster cluster = _world.Apply(Grpc(null));
        _world.Advance(1050);
        Assert.Empty(HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(CheckMetric.ActiveFailure));
        AssertNothingIsLeft();
    }

    [Fact]
    public void An_endless_answer_is_given_up()
    {
        Answer(Serving + new string('x', 100_000));
        Cluster cluster = _world.Apply(Grpc(null));
        _world.Advance(1050);
        Assert.Empty(HealthWorld.Healthy(cluster));
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("12")]
    [InlineData("5")]
    public void An_answer_of_trailers_only_is_bad(string status)
    {
        Open(stream => _peer!.SendHead(
            stream.Id, true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", status)));
        Cluster cluster = _world.Apply(Grpc(null));
        _world.Advance(1050);
        Assert.Empty(HealthWorld.Healthy(cluster));
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_does_not_answer_in_time_or_speaks_something_else_is_bad()
    {
        Open(static _ => { });
        _world.Answer(2, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Cluster cluster = _world.Apply(HealthWorld.Config(3, HealthWorld.Checks with { Protocol = "grpc" }));
        _world.Advance(1200);
        Assert.Empty(HealthWorld.Healthy(cluster));
        _world.Directory.Remove("c");
        _world.Advance(60_000); // Who is told why its connection ends gets time to read it.
        Assert.Equal(0, _world.Network.OpenTransports);
    }

    [Fact]
    public void A_host_that_recovers_gets_requests_again()
    {
        string body = "\0\0\0\0\u0002\u0008\u0002";
        Open(stream => Send(stream, body, "0"));
        Cluster cluster = _world.Apply(Grpc(null));
        _world.Advance(1050);
        Assert.Empty(HealthWorld.Healthy(cluster));
        body = Serving;
        _world.Advance(1000);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
    }

    [Theory]
    [InlineData("200", true)]
    [InlineData("204", false)]
    public void An_ordinary_request_can_go_over_http2_too(string status, bool passes)
    {
        Open(stream => _peer!.SendHead(stream.Id, true, (":status", status)));
        Cluster cluster = _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with
        {
            Protocol = "Http2",
            CheckConfig = new CheckConfig { Http = new HttpCheckConfig { Path = "/health?deep=1" } },
        }));
        _world.Advance(1050);
        Assert.Equal("GET /health?deep=1", $"{Text(_peer!.Stream(1).Request.Method)} {Text(_peer.Stream(1).Request.Target)}");
        Assert.Equal(passes ? [1] : [], HealthWorld.Healthy(cluster));
        AssertNothingIsLeft();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetString(bytes);

    private static ClusterConfig Grpc(GrpcCheckConfig? check) => HealthWorld.Config(1, HealthWorld.Checks with
    {
        Protocol = "grpc",
        CheckConfig = check is null ? null : new CheckConfig { Grpc = check },
    });

    private void Answer(string body, ushort port = 80, string status = "0") => Open(stream => Send(stream, body, status), port);

    private void Send(Http2PeerStream stream, string body, string status)
    {
        _peer!.SendHead(stream.Id, false, (":status", "200"), ("content-type", "application/grpc"));
        _peer.SendData(stream.Id, body);
        _peer.SendHead(stream.Id, true, ("grpc-status", status));
    }

    private void Open(Action<Http2PeerStream> onCall, ushort port = 80) => _world.Open(
        1,
        peer =>
        {
            _peer = new Http2Peer(peer, isServer: true);
            _peer.OnEnded = onCall;
            _peer.Start();
        },
        port);

    private void AssertNothingIsLeft()
    {
        _peer!.Peer.Close();
        _world.Advance(200);
        Assert.Equal(0, _world.Network.OpenTransports);
        Assert.Equal(0, _world.Network.RentedChunks);
    }
}
