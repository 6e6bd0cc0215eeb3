using Mosn.Protocols.Http2;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>gRPC on what it is made for: HTTP/2 on both sides.</summary>
public sealed class GrpcHttp2Tests : IDisposable
{
    private const string Message = GrpcWorld.Message;

    private static readonly (string, string)[] s_call =
        [("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", "1S")];

    private ProxyWorld _world = null!;
    private MemoryHost _upstream = null!;
    private Http2Peer _host = null!;
    private Http2Peer _client = null!;

    public void Dispose()
    {
        _client.Peer.Close();
        _world.Run();
        foreach (MemoryPeer peer in _upstream.Peers)
        {
            peer.Close();
        }
        _world.Advance(70_000);
        Assert.Empty(_world.Leaks());
        _world.Dispose();
    }

    [Fact]
    public void A_reply_of_our_own_is_one_head_that_ends_the_stream()
    {
        Start(hosts: 0);
        Call(1);
        Http2PeerStream reply = _client.Stream(1);
        Assert.True(reply.IsEnded);
        Assert.Equal(200, reply.Response.Status);
        Assert.Equal("application/grpc", reply.Field("content-type"));
        Assert.Equal("14", reply.Field("grpc-status"));
        Assert.Equal("no healthy upstream", reply.Field("grpc-message"));
        Assert.Null(reply.Field("content-length"));
        Assert.Single(_client.Frames, static frame => frame.Type is Http2FrameType.Headers or Http2FrameType.Data);
    }

    [Fact]
    public void A_call_with_too_many_metadata_is_told_so()
    {
        Start();
        (string, string)[] metadata = [.. Enumerable.Range(0, 200).Select(static i => ($"x-{i}", "v"))];
        _client.SendRequest(1, "POST", "/a.B/C", endStream: true, [.. s_call, .. metadata]);
        _world.Run();
        Http2PeerStream reply = _client.Stream(1);
        Assert.Equal(200, reply.Response.Status);
        Assert.Equal("application/grpc", reply.Field("content-type"));
        Assert.Equal("8", reply.Field("grpc-status"));
        Assert.Equal("Request Header Fields Too Large", reply.Field("grpc-message"));
        Assert.True(reply.IsEnded);
    }

    [Fact]
    public void A_hosts_answer_of_trailers_only_stays_one()
    {
        Start();
        Call(1);
        _host.SendHead(1, true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "5"), ("x-why", "so"));
        _world.Run();
        Http2PeerStream reply = _client.Stream(1);
        Assert.True(reply.IsEnded);
        Assert.Equal("5", reply.Field("grpc-status"));
        Assert.Equal("so", reply.Field("x-why"));
        Assert.Null(reply.Field("content-length"));
        Assert.Single(_client.Frames, static frame => frame.StreamId == 1);
    }

    [Fact]
    public void Messages_and_trailers_pass_in_both_directions()
    {
        Start();
        Call(1);
        Http2PeerStream request = _host.Stream(1);
        Assert.Equal("1S", request.Field("grpc-timeout"));
        Assert.Equal("trailers", request.Field("te"));
        Assert.Equal(Message, request.BodyText);
        Assert.True(request.IsEnded);
        Answer(1, status: 0);
        Http2PeerStream reply = _client.Stream(1);
        Assert.Equal(Message, reply.BodyText);
        Assert.Equal("0", Trailer(reply, "grpc-status"));
        Assert.Equal(1, _world.Count(UpstreamMetric.ResponseSuccess));
    }

    [Fact]
    public void A_call_that_its_host_resets_after_a_message_ends_with_a_status()
    {
        Start();
        Call(1);
        Begin(1);
        _host.SendReset(1, Http2ErrorCode.InternalError);
        _world.Run();
        Http2PeerStream reply = _client.Stream(1);
        Assert.Equal(("13", "upstream reset"), (Trailer(reply, "grpc-status"), Trailer(reply, "grpc-message")));
        Assert.True(reply.IsEnded);
        Assert.Null(reply.Reset);
        Assert.Equal(1, _world.Count(UpstreamMetric.ResponseFailed));
    }

    [Theory]
    [InlineData(Http2ErrorCode.NoError, 13)]
    [InlineData(Http2ErrorCode.ProtocolError, 13)]
    [InlineData(Http2ErrorCode.InternalError, 13)]
    [InlineData(Http2ErrorCode.Cancel, 1)]
    [InlineData(Http2ErrorCode.EnhanceYourCalm, 8)]
    [InlineData(Http2ErrorCode.InadequateSecurity, 7)]
    [InlineData((Http2ErrorCode)99, 13)]
    public void The_code_of_a_reset_says_how_a_call_failed(Http2ErrorCode code, int status)
    {
        Start();
        Call(1);
        _host.SendReset(1, code);
        Call(3);
        Begin(3);
        _host.SendReset(3, code);
        _world.Run();
        Assert.Equal($"{status}", _client.Stream(1).Field("grpc-status"));
        Assert.Equal($"{status}", Trailer(_client.Stream(3), "grpc-status"));
    }

    [Fact]
    public void A_host_that_cancels_a_call_whose_time_is_up_has_exceeded_the_deadline()
    {
        Start();
        _world.Advance(1);
        Call(1);
        _world.Advance(1001);
        Assert.False(_client.Stream(1).IsEnded); // The loop's timers are coarser than that.
        _host.SendReset(1, Http2ErrorCode.Cancel);
        _world.Run();
        Assert.Equal("4", _client.Stream(1).Field("grpc-status"));
    }

    [Fact]
    public void Trailers_that_are_too_large_for_the_client_become_a_status()
    {
        Start(headBytesMax: 4096);
        Call(1);
        Begin(1);
        _host.SendHead(1, true, ("grpc-status", "3"), ("grpc-message", new string('m', 5000)));
        _world.Run();
        Http2PeerStream reply = _client.Stream(1);
        Assert.Equal(Message, reply.BodyText);
        Assert.Equal(("8", "metadata too large"), (Trailer(reply, "grpc-status"), Trailer(reply, "grpc-message")));
        Assert.Null(reply.Reset);
    }

    [Fact]
    public void A_host_whose_connection_breaks_is_unavailable()
    {
        Start();
        Call(1);
        Begin(1);
        _host.Peer.Reset();
        _world.Run();
        Assert.Equal("14", Trailer(_client.Stream(1), "grpc-status"));
    }

    [Fact]
    public void A_status_that_a_head_tells_before_the_messages_is_not_how_the_call_ends()
    {
        Start(route: """, "retry_policy": { "conditions": ["unavailable"] }""");
        Call(1);
        _host.SendHead(1, false, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "14"));
        _host.SendData(1, Message);
        _host.SendHead(1, true, ("grpc-status", "0"));
        Call(3);
        _host.SendHead(3, false, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "0"));
        _host.SendData(3, Message);
        _host.SendHead(3, true, ("grpc-status", "13"));
        Call(5);
        _host.SendHead(5, false, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "0"));
        _host.SendData(5, "", endStream: true);
        _world.Advance(300);
        Assert.Equal("0", Trailer(_client.Stream(1), "grpc-status"));
        Assert.Equal(2, _world.Count(UpstreamMetric.ResponseSuccess));
        Assert.Equal(1, _world.Count(UpstreamMetric.ResponseFailed));
        Assert.Equal(0, _world.Count(UpstreamMetric.RequestRetry));
    }

    [Fact]
    public void A_deadline_ends_the_call_at_both_ends()
    {
        Start();
        Call(1);
        Begin(1);
        _world.Advance(1010);
        Http2PeerStream reply = _client.Stream(1);
        Assert.Equal("4", Trailer(reply, "grpc-status"));
        Assert.Null(reply.Reset);
        Assert.Equal(Http2ErrorCode.Cancel, _host.Stream(1).Reset);
    }

    [Fact]
    public void A_deadline_that_passes_while_the_client_still_sends_is_told_without_a_reset()
    {
        Start();
        _client.SendRequest(1, "POST", "/a.B/C", endStream: false, s_call);
        _client.SendData(1, Message);
        _world.Advance(1010);
        Http2PeerStream reply = _client.Stream(1);
        Assert.True(reply.IsEnded);
        Assert.Equal("4", reply.Field("grpc-status"));
        Assert.True(reply.Reset is null or Http2ErrorCode.NoError); // RFC 9113 section 8.1: the answer counts.
    }

    [Fact]
    public void A_client_that_cancels_is_heard_by_the_host()
    {
        Start();
        Call(1);
        Begin(1);
        _client.SendReset(1);
        _world.Run();
        Assert.Equal(Http2ErrorCode.Cancel, _host.Stream(1).Reset);
        Assert.Equal(1, _world.Count(UpstreamMetric.ResponseSuccess));
    }

    [Fact]
    public void A_call_that_its_host_refuses_is_sent_again_at_once()
    {
        Start();
        Call(1);
        _host.SendReset(1, Http2ErrorCode.RefusedStream);
        _world.Advance(300);
        Answer(3, status: 0);
        Assert.Equal("0", Trailer(_client.Stream(1), "grpc-status"));
    }

    [Fact]
    public void A_call_with_a_listed_status_is_sent_again_on_the_same_connection()
    {
        Start(route: """, "retry_policy": { "conditions": ["unavailable"] }""");
        Call(1);
        _host.SendHead(1, true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "14"));
        _world.Advance(300);
        Assert.Equal(Message, _host.Stream(3).BodyText);
        Answer(3, status: 0);
        Assert.Equal("0", Trailer(_client.Stream(1), "grpc-status"));
        Assert.Single(_upstream.Peers);
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        Start(cluster: """, "max_request_per_conn": 1000000 """, listener: """, "stream_filters": [{"type": "grpc_metric"}]""");
        Call(1);
        Answer(1, status: 0);
        MemoryPeer client = _client.Peer;
        MemoryPeer host = _host.Peer;
        client.OnInput = static peer => peer.ClearReceived();
        host.OnInput = static peer => peer.ClearReceived();
        byte[] request = Frames(
            (Http2FrameType.Headers, Http2FrameFlags.EndHeaders, Http2Peer.Block(
                [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/a.B/C"), .. s_call])),
            (Http2FrameType.Data, Http2FrameFlags.EndStream, new byte[5]));
        byte[] response = Frames(
            (Http2FrameType.Headers, Http2FrameFlags.EndHeaders, Http2Peer.Block(
                (":status", "200"), ("content-type", "application/grpc"))),
            (Http2FrameType.Data, Http2FrameFlags.None, new byte[5]),
            (Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.EndStream, Http2Peer.Block(("grpc-status", "0"))));
        int id = 1;
        Run();
        Assert.Equal(0, Allocations.Of(Run)); // However often it runs: each of the calls went through.
        Assert.Equal((id + 1) / 2, _world.Count(UpstreamMetric.ResponseSuccess));

        void Run()
        {
            for (int i = 0; i < 500; i++)
            {
                id += 2;
                client.Send(At(request, id));
                _world.Run();
                host.Send(At(response, id));
                _world.Run();
            }
        }
    }

    /// <summary>Frames of stream 0, one behind the other.</summary>
    private static byte[] Frames(params (Http2FrameType Type, Http2FrameFlags Flags, byte[] Payload)[] frames)
    {
        List<byte> all = [];
        byte[] header = new byte[Http2FrameHeader.Size];
        foreach ((Http2FrameType type, Http2FrameFlags flags, byte[] payload) in frames)
        {
            new Http2FrameHeader(payload.Length, type, flags, 0).Write(header);
            all.AddRange(header);
            all.AddRange(payload);
        }
        return [.. all];
    }

    /// <summary>The same frames on another stream.</summary>
    private static byte[] At(byte[] frames, int streamId)
    {
        for (int at = 0; at < frames.Length;)
        {
            Span<byte> header = frames.AsSpan(at, Http2FrameHeader.Size);
            int length = (header[0] << 16) | (header[1] << 8) | header[2];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header[5..], streamId);
            at += Http2FrameHeader.Size + length;
        }
        return frames;
    }

    private static string? Trailer(Http2PeerStream stream, string name) =>
        stream.Trailers.TryGet(System.Text.Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> value)
            ? System.Text.Encoding.ASCII.GetString(value)
            : null;

    private void Start(string route = "", string cluster = "", string listener = "", int hosts = 1, uint headBytesMax = 65_536)
    {
        _world = new ProxyWorld(Http2World.Config(listener: listener, cluster: cluster, route: route, hosts: hosts, upstream: "Http2"));
        _upstream = _world.Upstream(peer => (_host = new Http2Peer(peer, isServer: true)).Start());
        _client = _world.Http2Client((6, headBytesMax));
    }

    private void Call(int id)
    {
        _client.SendRequest(id, "POST", "/a.B/C", endStream: false, s_call);
        _client.SendData(id, Message, endStream: true);
        _world.Run();
    }

    private void Begin(int id)
    {
        _host.SendHead(id, false, (":status", "200"), ("content-type", "application/grpc"));
        _host.SendData(id, Message);
        _world.Run();
    }

    private void Answer(int id, int status)
    {
        Begin(id);
        _host.SendHead(id, true, ("grpc-status", $"{status}"));
        _world.Run();
    }
}
