using System.Text;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>Clients of Bolt, hosts of HTTP.</summary>
public sealed class BoltToHttpTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly (string, string) s_service = ("service", "x.S:1.0");

    [Fact]
    public void A_call_is_a_request_for_the_service_and_the_response_is_its_answer()
    {
        using TranscodingWorld world = new("bolt", "Http1", $$"""{ "config": { "class": "{{BoltFrames.Class}}" } }""");
        world.Send(BoltFrames.Request(7, "bob", fields: [s_service, ("sofa_head_method_name", "say"), ("X-One", "1")]));
        Assert.Equal(
            "POST /x.S:1.0/say HTTP/1.1\r\nHost: x.S\r\nservice: x.S:1.0\r\nsofa_head_method_name: say\r\nX-One: 1\r\n"
            + "Content-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\nbob",
            world.Host.ReceivedText);
        byte[] answer = world.Answer("HTTP/1.1 200 OK\r\nX-Two: 2\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\nhi");
        Assert.Equal("01000002010000000701" + "0000" + "002C", Convert.ToHexString(answer.AsSpan(0, 14)));
        Assert.Equal(BoltFrames.Class, Encoding.ASCII.GetString(answer, 20, 44));
        Assert.Equal("X-Two: 2\nContent-Type: a/b\n", TranscodingWorld.FieldsOf(answer));
        Assert.Equal("hi", Encoding.ASCII.GetString(answer.AsSpan(answer.Length - 2)));
        Assert.Equal(1, world.Count(FilterMetrics.Transcoded));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(200, 0)]
    [InlineData(204, 0)]
    [InlineData(404, 6)]
    [InlineData(502, 6)]
    [InlineData(503, 4)]
    [InlineData(429, 4)]
    [InlineData(504, 7)]
    [InlineData(403, 2)]
    [InlineData(400, 18)]
    [InlineData(500, 3)]
    [InlineData(302, 3)]
    public void A_status_of_HTTP_is_the_one_of_MOSNs_table(int status, int expected)
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(7));
        string length = status == 204 ? "" : "Content-Length: 0\r\n";
        byte[] answer = world.Answer($"HTTP/1.1 {status} Reason\r\nX-Mosn-Status: 418\r\n{length}\r\n");
        (string, string)[] fields = status == 200 ? [] : [("x-mosn-status", $"{status}")];
        Assert.Equal(BoltFrames.Response(7, "", (ushort)expected, fields), answer);
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "3\r\ncde\r\n0\r\nX-Sum: 1\r\n\r\n")]
    [InlineData("Content-Length: 5\r\n\r\nab", "cde")]
    [InlineData("Connection: close\r\n\r\nab", "cde")]
    public void A_response_in_pieces_is_one_frame(string head, string rest)
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(7));
        Assert.Empty(world.Answer($"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n{head}"));
        world.Host.Send(rest);
        if (head.StartsWith("Connection", StringComparison.Ordinal))
        {
            world.Host.SendEnd();
        }
        world.World.Run();
        Assert.Equal(BoltFrames.Response(7, "abcde"), world.Client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_call_of_the_second_version_is_answered_in_it_with_a_checksum()
    {
        using TranscodingWorld world = new("boltv2", "Http1");
        world.Send(RealFrames.BoltV2Request);
        Assert.StartsWith("POST /x.S:1.0 HTTP/1.1\r\nHost: x.S\r\n", world.Host.ReceivedText);
        byte[] answer = world.Answer("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\nhi");
        const string expected = "02020000020100000001" + "0101" + "0000" + "0000" + "000A" + "00000002"
            + "00000001" + "41" + "00000001" + "62" + "6869";
        Assert.Equal(expected, Convert.ToHexString(answer.AsSpan(0, answer.Length - 4)));
        uint checksum = Mosn.Protocols.Frames.Crc32.Append(0, answer.AsSpan(0, answer.Length - 4));
        Assert.Equal(checksum, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(answer.Length - 4)));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("x-a", "b\r\nX-Admin: 1")]
    [InlineData("x-a", "b\n")]
    [InlineData("x-a", "b\0")]
    [InlineData("x-a\r\nX-Admin", "1")]
    [InlineData("x a", "b")]
    [InlineData("", "b")]
    [InlineData("x-mosn-path", "b")]
    [InlineData("x-mosn-path", "/a b")]
    [InlineData("x-mosn-path", "/a?b")]
    [InlineData("x-mosn-path", "*")]
    [InlineData("x-mosn-method", "CONNECT")]
    [InlineData("x-mosn-method", "GET /x")]
    [InlineData("x-mosn-method", "")]
    [InlineData("host", "a b")]
    [InlineData("Host", "a@b")]
    [InlineData("service", "..")]
    [InlineData("sofa_head_method_name", "..")]
    public void A_field_that_could_be_none_of_HTTP_breaks_its_call_and_no_other(string name, string value)
    {
        using TranscodingWorld world = new("bolt", "Http1");
        byte[] answer = world.Send(BoltFrames.Request(7, fields: [(name, value), s_service]));
        Assert.Equal(BoltFrames.Response(7, status: 18), answer);
        Assert.Equal(0, world.HostCount);
        Assert.Equal(1, world.Count(FilterMetrics.TranscodingRefused));
        world.Send(BoltFrames.Request(8));
        Assert.Equal(1, world.HostCount);
        world.Answer(Ok);
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("service", "a/../../b", "/a%2F..%2F..%2Fb")]
    [InlineData("service", "a b?c#d%e\u00e9", "/a%20b%3Fc%23d%25e%E9")]
    [InlineData("sofa_head_target_service", "n.S", "/n.S")]
    public void What_is_called_is_a_part_of_the_path_and_no_way_in_it(string name, string value, string path)
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(7, fields: [(name, value)]));
        Assert.StartsWith($"POST {path} HTTP/1.1\r\n", world.Host.ReceivedText);
    }

    [Fact]
    public void What_a_client_says_of_framing_and_connection_is_not_passed_on()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(
            7, "bob",
            fields:
            [
                ("Content-Length", "999"), ("Transfer-Encoding", "chunked"), ("Connection", "x-hop"), ("x-hop", "1"),
                ("Upgrade", "h2c"), ("Expect", "100-continue"), ("TE", "trailers"), ("Trailer", "x"), ("Host", "h:1"),
                ("hOST", "i"), ("Content-Type", "a/b"),
            ]));
        Assert.Equal(
            "POST / HTTP/1.1\r\nHost: h:1\r\nContent-Type: a/b\r\nContent-Length: 3\r\n\r\nbob", world.Host.ReceivedText);
        Assert.Equal(BoltFrames.Response(7, "ok", 0, []), world.Answer(Ok));
    }

    [Fact]
    public void The_trace_goes_on()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(
            7, fields: [("rpc_trace_context.sofaTraceId", "t1"), ("rpc_trace_context.sofaRpcId", "0.1")]));
        Assert.Equal(
            "POST / HTTP/1.1\r\nHost: localhost\r\nSOFA-TraceId: t1\r\nSOFA-RpcId: 0.1\r\nContent-Length: 0\r\n\r\n",
            world.Host.ReceivedText);
    }

    [Theory]
    [InlineData("""{ "path": "/api", "method": "PUT" }""", "PUT /api HTTP/1.1\r\n")]
    [InlineData("""{ "method": "GET" }""", "GET /x.S:1.0 HTTP/1.1\r\n")]
    public void Path_and_method_may_be_given(string config, string expected)
    {
        using TranscodingWorld world = new("bolt", "Http1", $$"""{ "config": {{config}} }""");
        world.Send(BoltFrames.Request(7, fields: s_service));
        Assert.StartsWith(expected, world.Host.ReceivedText);
    }

    [Fact]
    public void A_given_path_is_not_the_clients_to_choose()
    {
        using TranscodingWorld world = new("bolt", "Http1", """{ "config": { "path": "/api" } }""");
        world.Send(BoltFrames.Request(7, fields: [("x-mosn-path", "/admin"), ("x-mosn-querystring", "q")]));
        Assert.StartsWith("POST /api HTTP/1.1\r\n", world.Host.ReceivedText);
    }

    [Fact]
    public void A_call_that_wants_no_answer_gets_none_and_the_connection_to_the_host_is_used_again()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(7, "bob", type: 2));
        Assert.EndsWith("\r\n\r\nbob", world.Host.ReceivedText);
        Assert.Empty(world.Answer("HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nbad"));
        world.Send(BoltFrames.Request(8));
        Assert.Equal(1, world.HostCount);
        Assert.Equal(BoltFrames.Response(8, "ok"), world.Answer(Ok));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", true)]
    [InlineData("nonsense\r\n\r\n")]
    public void A_response_that_is_too_large_or_not_whole_or_none_is_an_error_of_its_call(string response, bool ends = false)
    {
        using TranscodingWorld world = new("bolt", "Http1", """{ "config": { "max_body_size": 10 } }""");
        world.Send(BoltFrames.Request(7));
        world.Answer(response);
        if (ends)
        {
            world.Host.Close();
            world.World.Run();
        }
        Assert.Equal(BoltFrames.Response(7, status: 6), world.Client.Received.ToArray());
        Assert.False(world.Client.IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void What_we_answer_ourselves_is_in_the_clients_protocol()
    {
        using (TranscodingWorld world = new("bolt", "Http1", hasUpstream: false))
        {
            Assert.Equal(BoltFrames.Response(7, status: 6), world.Send(BoltFrames.Request(7)));
        }
        using (TranscodingWorld world = new("bolt", "Http1", match: """{ "headers": [{ "name": "service", "value": "y" }] }"""))
        {
            Assert.Equal(BoltFrames.Response(7, status: 6), world.Send(BoltFrames.Request(7, fields: s_service)));
        }
        using (TranscodingWorld world = new("bolt", "Http1"))
        {
            world.Send(BoltFrames.Request(7, timeoutMs: 500));
            world.World.Advance(600);
            Assert.Equal(BoltFrames.Response(7, status: 7), world.Client.Received.ToArray());
            Assert.True(world.Host.IsOver);
            world.AssertNothingIsLeft();
        }
    }

    [Fact]
    public void Heartbeats_are_answered_here()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        byte[] reply = world.Send(BoltFrames.Heartbeat(9));
        Assert.Equal((20, 9u), (reply.Length, BoltFrames.IdOf(reply)));
        Assert.Equal(0, world.HostCount);
    }

    [Fact]
    public void Calls_of_one_connection_are_answered_as_their_responses_come()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Client.Send(BoltFrames.Request(7));
        world.Client.Send(BoltFrames.Request(8));
        world.World.Run();
        Assert.Equal(2, world.HostCount);
        Assert.Equal(BoltFrames.Response(8, "ok"), world.Answer(Ok));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_dies_in_a_large_response_concerns_no_other_call_of_its_client()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        world.Send(BoltFrames.Request(7));
        MemoryPeer slow = world.Host;
        world.Send(BoltFrames.Request(8));
        slow.Send($"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n{new string('x', 150_000)}");
        world.World.Run();
        Assert.Equal(BoltFrames.Response(8, "ok"), world.Answer(Ok));
        world.Client.ClearReceived();
        slow.Reset();
        world.World.Run();
        Assert.Equal(BoltFrames.Response(7, status: 6), world.Client.Received.ToArray());
        Assert.False(world.Client.IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_may_speak_HTTP2()
    {
        Http2Peer host = null!;
        using TranscodingWorld world =
            new("bolt", "Http2", onPeer: peer => (host = new Http2Peer(peer, isServer: true)).Start());
        world.Send(BoltFrames.Request(7, "bob", fields: [s_service, ("X-One", "1")]));
        Http2PeerStream request = host.Stream(1);
        Assert.Equal(
            ("POST", "/x.S:1.0", "x.S", "1", "bob"),
            (Encoding.ASCII.GetString(request.Request.Method), Encoding.ASCII.GetString(request.Request.Path),
                Encoding.ASCII.GetString(request.Request.Authority), request.Field("x-one"), request.BodyText));
        host.SendHead(1, endStream: false, (":status", "200"), ("x-two", "2"));
        host.SendData(1, "hi", endStream: true);
        world.World.Run();
        Assert.Equal(BoltFrames.Response(7, "hi", 0, ("x-two", "2")), world.Client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Routes_see_the_request_if_it_is_made_before_them(int phase, bool isTaken)
    {
        using TranscodingWorld world = new(
            "bolt", "", $$"""{ "type": "bolt_Http1", "trans": { "receiver_phase": {{phase}} } }""",
            match: """{ "path": "/x.S:1.0/say" }""");
        byte[] answer = world.Send(BoltFrames.Request(7, fields: [s_service, ("sofa_head_method_name", "say")]));
        Assert.Equal(isTaken ? 0 : 20, answer.Length);
        Assert.Equal(isTaken ? 1 : 0, world.HostCount);
    }

    [Fact]
    public void A_call_that_is_refused_before_the_route_is_told_so()
    {
        using TranscodingWorld world = new("bolt", "", """{ "type": "bolt_Http1", "trans": { "receiver_phase": 0 } }""");
        Assert.Equal(BoltFrames.Response(7, status: 18), world.Send(BoltFrames.Request(7, fields: ("a", "\n"))));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_call_that_looks_like_gRPC_is_a_call()
    {
        using TranscodingWorld world = new("bolt", "Http1", hasUpstream: false);
        byte[] answer = world.Send(BoltFrames.Request(7, fields: ("content-type", "application/grpc")));
        Assert.Equal(BoltFrames.Response(7, status: 6), answer);
    }

    [Fact]
    public void A_protocol_whose_answers_cannot_be_made_is_not_translated()
    {
        using TranscodingWorld world = new("dubbo", "Http1");
        byte[] answer = world.Send(RealFrames.DubboRequest);
        Assert.Equal(70, answer[3]);
        Assert.Equal(0, world.HostCount);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Calls_become_requests_without_allocating()
    {
        using TranscodingWorld world = new("bolt", "Http1");
        byte[] call = BoltFrames.Request(7, new string('x', 1000), fields: [s_service, ("sofa_head_method_name", "say")]);
        byte[] response = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX-Two: 2\r\nContent-Length: 2\r\n\r\nok");
        world.Client.KeepsReceived = false;
        int sent = 0;
        void Many()
        {
            for (int i = 0; i < 300; i++, sent++)
            {
                world.Client.Send(call);
                world.World.Run();
                world.Host.ClearReceived();
                world.Host.Send(response);
                world.World.Run();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Equal(sent, world.Count(FilterMetrics.Transcoded));
        Assert.Equal(0, world.World.Count(DownstreamMetric.RequestActive));
    }
}
