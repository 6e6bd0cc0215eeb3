using System.Text;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>Clients of HTTP, hosts of Bolt.</summary>
public sealed class HttpToBoltTests
{
    private const string Sofa = $$"""{ "config": { "class": "{{BoltFrames.Class}}" } }""";
    private const string Post = "POST /a?q=1 HTTP/1.1\r\nHost: h\r\nservice: x.S:1.0\r\nX-One: 1\r\nContent-Length: 3\r\n\r\nbob";
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    [Fact]
    public void A_request_is_a_call_with_its_fields_and_the_answer_is_the_response()
    {
        using TranscodingWorld world = new("Http1", "bolt", Sofa, route: """, "timeout": "7s" """);
        Assert.Equal("", world.Send(Post));
        Assert.Equal(
            BoltFrames.Request(
                1, "bob", timeoutMs: 7000, fields:
                [
                    ("Host", "h"), ("service", "x.S:1.0"), ("X-One", "1"), ("x-mosn-method", "POST"),
                    ("x-mosn-path", "/a"), ("x-mosn-querystring", "q=1"),
                ]),
            world.Host.Received.ToArray());
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nX-Two: 2\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\nhi",
            world.Answer(BoltFrames.Response(1, "hi", 0, ("X-Two", "2"))));
        Assert.Equal(1, world.Count(FilterMetrics.Transcoded));
        Assert.Equal(0, world.Count(FilterMetrics.TranscodingRefused));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(0, "200 OK")]
    [InlineData(1, "500 ")]
    [InlineData(4, "503 ")]
    [InlineData(6, "500 ")]
    [InlineData(7, "504 ")]
    [InlineData(16, "502 ")]
    [InlineData(18, "500 ")]
    public void A_status_of_Bolt_is_the_one_of_HTTP_that_comes_closest(ushort status, string expected)
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send(Get);
        string response = world.Answer(BoltFrames.Response(1, status: status));
        Assert.StartsWith($"HTTP/1.1 {expected}", response);
        Assert.EndsWith("\r\nContent-Length: 0\r\n\r\n", response);
        Assert.Single(world.Host.Received[1..2].ToArray());
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(6, "404", "404 Not Found")]
    [InlineData(3, "302", "302 Found")]
    [InlineData(0, "201", "201 Created")]
    [InlineData(0, "204", "204 No Content")]
    [InlineData(3, "304", "304 Not Modified")]
    [InlineData(0, "404", "200 OK")]
    [InlineData(6, "200", "500 ")]
    [InlineData(6, "99", "500 ")]
    [InlineData(6, "600", "500 ")]
    [InlineData(6, "4040", "500 ")]
    [InlineData(6, "4x4", "500 ")]
    [InlineData(6, "", "500 ")]
    public void A_status_that_was_one_of_HTTP_before_is_it_again(ushort status, string kept, string expected)
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send(Get);
        string response = world.Answer(BoltFrames.Response(1, "", status, ("x-mosn-status", kept)));
        Assert.StartsWith($"HTTP/1.1 {expected}", response);
        Assert.DoesNotContain("x-mosn-status", response, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            expected[..3] is not ("204" or "304"), response.EndsWith("\r\nContent-Length: 0\r\n\r\n", StringComparison.Ordinal));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_status_without_a_body_is_not_that_of_an_answer_with_one()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send(Get);
        string response = world.Answer(BoltFrames.Response(1, "body", 0, ("x-mosn-status", "204")));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", response);
        Assert.EndsWith("\r\n\r\nbody", response);
    }

    [Fact]
    public void What_was_not_found_is_no_failure_that_is_tried_again()
    {
        using TranscodingWorld world = new("Http1", "bolt", route: """, "retry_policy": { "retry_on": true } """);
        world.Send(Get);
        Assert.StartsWith("HTTP/1.1 404 ", world.Answer(BoltFrames.Response(1, "", 6, ("x-mosn-status", "404"))));
        Assert.Single(world.Calls);
    }

    [Fact]
    public void Without_settings_a_call_has_no_class_and_the_serialization_is_Hessian_as_in_MOSN()
    {
        using TranscodingWorld world = new("Http1", "", """{ "type": "http2bolt_simple" }""");
        world.Send(Get);
        byte[] call = Assert.Single(world.Calls);
        Assert.Equal((0, 0, 1), (call[14], call[15], call[9]));
        Assert.Equal(60_000, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(call.AsSpan(10)));
    }

    [Fact]
    public void A_body_in_chunks_is_one_frame()
    {
        using TranscodingWorld world = new("Http1", "bolt", Sofa);
        world.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
        foreach (string piece in (string[])["2\r\nab\r\n", "3\r\ncd", "e\r\n", "0\r\nX-Sum: 1\r\n\r\n"])
        {
            Assert.True(world.HostCount == 0 || world.Host.Received.Length == 0);
            world.Send(piece);
        }
        Assert.EndsWith("abcde", world.Host.ReceivedText);
        Assert.Equal("Host: h\nx-mosn-method: POST\nx-mosn-path: /\n", TranscodingWorld.FieldsOf(Assert.Single(world.Calls)));
        Assert.StartsWith("HTTP/1.1 200 ", world.Answer(BoltFrames.Response(1)));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\nghijk\r\n")]
    public void A_body_that_is_too_large_is_refused_and_the_host_gets_nothing_of_it(string body)
    {
        using TranscodingWorld world = new("Http1", "bolt", """{ "config": { "max_body_size": 10 } }""");
        Assert.StartsWith("HTTP/1.1 413 ", world.Send($"POST / HTTP/1.1\r\nHost: h\r\n{body}"));
        Assert.True(world.HostCount == 0 || world.Host.Received.Length == 0);
        Assert.Equal(1, world.Count(FilterMetrics.TranscodingRefused));
        MemoryPeer next = world.NewClient();
        next.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789");
        world.World.Run();
        Assert.EndsWith("0123456789", world.Host.ReceivedText);
        world.Host.Send(BoltFrames.Response(BoltFrames.IdOf(world.Host.Received)));
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 200 ", next.ReceivedText);
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("x-a", "b\r\nSet-Cookie: c=d")]
    [InlineData("x-a", "b\0")]
    [InlineData("x a", "b")]
    [InlineData("x-a: b\r\nX", "c")]
    [InlineData("", "b")]
    public void A_field_of_a_host_that_could_be_none_of_HTTP_is_a_bad_response(string name, string value)
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send(Get);
        string response = world.Answer(BoltFrames.Response(1, "secret", 0, (name, value)));
        Assert.StartsWith("HTTP/1.1 502 ", response);
        Assert.DoesNotContain("secret", response, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", response, StringComparison.Ordinal);
        Assert.Equal(1, world.Count(FilterMetrics.TranscodingRefused));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void What_a_host_says_of_framing_and_connection_is_not_passed_on()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send(Get);
        string response = world.Answer(BoltFrames.Response(
            1, "hi", 0,
            ("Content-Length", "999"), ("Transfer-Encoding", "chunked"), ("Connection", "close, x-hop"), ("x-hop", "1"),
            ("Upgrade", "h2c"), ("Content-Type", "text/plain")));
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", response);
        world.Client.ClearReceived();
        world.Send(Get);
        Assert.StartsWith("HTTP/1.1 200 ", world.Answer(BoltFrames.Response(2)));
    }

    [Theory]
    [InlineData("GET", "sofa-traceid", "rpc_trace_context.sofaTraceId")]
    [InlineData("GET", "sofa-rpcid", "rpc_trace_context.sofaRpcId")]
    [InlineData("GET", "rpc_trace_context.sofapenattrs", "rpc_trace_context.sofaPenAttrs")]
    [InlineData("GET", "service", "service")]
    public void A_client_of_HTTP2_may_call_and_SOFA_finds_its_fields(string method, string name, string expected)
    {
        using TranscodingWorld world = new("Http2", "bolt");
        Http2Peer client = new(world.Client);
        client.Start();
        client.SendRequest(1, method, "/x", endStream: true, (name, "v1"));
        world.World.Run();
        Assert.Contains($"\n{expected}: v1\n", $"\n{TranscodingWorld.FieldsOf(world.Calls[0])}", StringComparison.Ordinal);
        world.Host.Send(BoltFrames.Response(1, "hi", 0, ("X-Two", "2")));
        world.World.Run();
        Http2PeerStream stream = client.Stream(1);
        Assert.Equal((200, "hi", "2", true), (stream.Response.Status, stream.BodyText, stream.Field("x-two"), stream.IsEnded));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("/x.Echo:1.0/say", "", "service: x.Echo:1.0\nsofa_head_method_name: say\n")]
    [InlineData("/x.Echo:1.0/say", "service: y\r\n", "")]
    [InlineData("/x/y/z", "", "")]
    [InlineData("/x", "", "")]
    [InlineData("/x/", "", "")]
    public void A_path_of_two_parts_names_what_is_called_unless_a_field_does(string path, string field, string expected)
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send($"GET {path} HTTP/1.1\r\nHost: h\r\n{field}\r\n");
        Assert.EndsWith(
            $"x-mosn-method: GET\nx-mosn-path: {path}\n{expected}", TranscodingWorld.FieldsOf(world.Calls[0]));
    }

    [Fact]
    public void What_a_client_says_under_the_names_of_method_and_path_does_not_count()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send("GET /a HTTP/1.1\r\nHost: h\r\nx-mosn-path: /b\r\nX-Mosn-Querystring: c\r\nx-mosn-path: /d\r\n\r\n");
        Assert.Equal("Host: h\nx-mosn-path: /a\nx-mosn-method: GET\n", TranscodingWorld.FieldsOf(world.Calls[0]));
    }

    [Fact]
    public void A_client_that_waits_for_leave_to_send_its_body_gets_it()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        string begun = world.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", begun);
        world.Send("bob");
        Assert.EndsWith("bob", world.Host.ReceivedText);
        Assert.DoesNotContain("Expect", world.Host.ReceivedText, StringComparison.Ordinal);
        Assert.EndsWith("hi", world.Answer(BoltFrames.Response(1, "hi")));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_does_not_answer_in_time_is_a_504_and_what_it_says_later_is_nobodys()
    {
        using TranscodingWorld world = new("Http1", "bolt", route: """, "timeout": "2s" """);
        world.Send(Get);
        world.World.Advance(2_100);
        Assert.StartsWith("HTTP/1.1 504 ", world.Client.ReceivedText);
        world.Client.ClearReceived();
        world.Answer(BoltFrames.Response(1, "late"));
        world.Send(Get);
        Assert.EndsWith("right", world.Answer(BoltFrames.Response(2, "right")));
        Assert.DoesNotContain("late", world.Client.ReceivedText, StringComparison.Ordinal);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_is_gone_is_a_502_of_each_request_that_it_had()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        MemoryPeer other = world.NewClient();
        world.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        other.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\ny");
        world.World.Run();
        Assert.Equal(2, world.Calls.Count);
        world.Host.Reset();
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        Assert.StartsWith("HTTP/1.1 502 ", other.ReceivedText);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Answers_that_come_in_another_order_find_their_clients()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        MemoryPeer other = world.NewClient();
        world.Send(Get);
        other.Send(Get);
        world.World.Run();
        Assert.Equal(1, world.HostCount);
        world.Host.Send(BoltFrames.Response(2, "two"));
        world.Host.Send(BoltFrames.Response(1, "one"));
        world.World.Run();
        Assert.EndsWith("one", world.Client.ReceivedText);
        Assert.EndsWith("two", other.ReceivedText);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void HEAD_gets_the_head_of_the_answer()
    {
        using TranscodingWorld world = new("Http1", "bolt");
        world.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        string response = world.Answer(BoltFrames.Response(1, "hi"));
        Assert.EndsWith("Content-Length: 2\r\n\r\n", response);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_call_that_wants_no_answer_is_a_202()
    {
        using TranscodingWorld world = new("Http1", "bolt", """{ "config": { "one_way": true } }""");
        string response = world.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nbob");
        Assert.Equal("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", response);
        Assert.Equal(2, world.Calls[0][1]);
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "501 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", "501 ")]
    [InlineData(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n",
        "200 OK\r\nContent-Type: application/grpc\r\n")]
    public void Tunnels_and_gRPC_are_no_calls(string request, string expected)
    {
        using TranscodingWorld world = new("Http1", "bolt");
        Assert.StartsWith($"HTTP/1.1 {expected}", world.Send(request));
        Assert.Equal(0, world.HostCount);
    }

    [Fact]
    public void Without_a_transcoder_nothing_is_translated()
    {
        using TranscodingWorld world = new("Http1", "bolt", config: null);
        Assert.StartsWith("HTTP/1.1 501 ", world.Send(Get));
        Assert.Equal(0, world.HostCount);
    }

    [Fact]
    public void A_protocol_that_takes_over_nothing_gets_nothing()
    {
        using TranscodingWorld world = new("Http1", "dubbo");
        Assert.StartsWith("HTTP/1.1 501 ", world.Send(Get));
        Assert.Equal(0, world.HostCount);
        Assert.Equal(0, world.Count(FilterMetrics.Transcoded));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_of_the_second_version_gets_a_frame_of_it()
    {
        using TranscodingWorld world = new("Http1", "boltv2");
        world.Send(Post);
        byte[] call = world.Host.Received.ToArray();
        Assert.Equal("0201010001010000000101000000EA60", Convert.ToHexString(call.AsSpan(0, 16)));
        Assert.EndsWith("bob", world.Host.ReceivedText);
        byte[] answer = Convert.FromHexString("02010000020100000001010000000000000000000002" + "6869");
        Assert.EndsWith("\r\n\r\nhi", world.Answer(answer));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("{}", "", "bolt", true)]
    [InlineData("""{ "type": "http2bolt_simple" }""", "", "", true)]
    [InlineData("""{ "type": "Http1_bolt" }""", "", "", true)]
    [InlineData("""{ "type": "Http2_bolt" }""", "", "", false)]
    [InlineData("""{ "type": "http2bolt_simple", "trans": { "receiver_phase": 0 } }""", "", "", true)]
    [InlineData("{}", """, "upstream_protocol": "bolt" """, "", true)]
    [InlineData("{}", """, "upstream_protocol": "Http1" """, "bolt", false)]
    [InlineData(
        """
        { "rules": [{ "matcher_config": { "config": { "name": "host", "value": "h" } },
                      "rule_info": { "upstream_protocol": "bolt" } }] }
        """,
        "", "", true)]
    [InlineData(
        """
        { "rules": [{ "matcher_config": { "config": { "name": "host", "value": "i" } },
                      "rule_info": { "upstream_protocol": "bolt" } }] }
        """,
        "", "", false)]
    public void Filter_route_and_cluster_may_say_so(string config, string route, string cluster, bool isCall)
    {
        using TranscodingWorld world = new("Http1", cluster, config, route);
        world.Send(Get);
        Assert.Equal(isCall ? 1 : 'G', world.Host.Received[0]);
        Assert.Equal(isCall ? 1 : 0, world.Count(FilterMetrics.Transcoded));
    }

    [Theory]
    [InlineData("", "y")]
    [InlineData(""" "transcoder": { "config": { "class": "z" } } """, "z")]
    [InlineData(""" "transcoder": {} """, "")]
    [InlineData(
        """ "transcoder": { "rules": [{ "matcher_config": {}, "rule_info": { "config": { "class": "w" } } }] } """, "w")]
    public void What_a_route_says_replaces_what_the_listener_says(string onHost, string expected)
    {
        using TranscodingWorld world = new("Http1", "bolt", """{ "config": { "class": "y" } }""", onHost: onHost);
        world.Send(Get);
        byte[] call = world.Calls[0];
        Assert.Equal(expected, Encoding.ASCII.GetString(call, 22, (call[14] << 8) | call[15]));
    }

    [Fact]
    public void Fields_that_a_route_changes_are_those_of_the_call_and_of_the_response()
    {
        using TranscodingWorld world = new(
            "Http1", "bolt", route: """
                , "request_headers_to_add": [{"header": {"key": "x-zone", "value": "b"}}],
                  "request_headers_to_remove": ["x-one"],
                  "response_headers_to_add": [{"header": {"key": "x-back", "value": "%x-mosn-rpc-service%"}}]
                """);
        world.Send(Post);
        Assert.Equal(
            "Host: h\nservice: x.S:1.0\nx-mosn-method: POST\nx-mosn-path: /a\nx-mosn-querystring: q=1\nx-zone: b\n",
            TranscodingWorld.FieldsOf(world.Calls[0]));
        Assert.Contains("\r\nx-back: x.S:1.0\r\n", world.Answer(BoltFrames.Response(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_answer_may_be_asked_for_again()
    {
        using TranscodingWorld world = new(
            "Http1", "bolt", Sofa, """
                , "retry_policy": {
                  "retry_on": true, "num_retries": 1, "retry_unsafe_methods": true, "back_off": { "base_interval": "1ms" } }
                """);
        world.Send(Post);
        world.Answer(BoltFrames.Response(1, status: 4));
        world.World.Advance(100);
        Assert.Equal(2, world.Calls.Count);
        Assert.Equal(world.Calls[0].AsSpan(9).ToArray(), world.Calls[1].AsSpan(9).ToArray());
        Assert.StartsWith("HTTP/1.1 200 ", world.Answer(BoltFrames.Response(2)));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Requests_become_calls_without_allocating()
    {
        using TranscodingWorld world = new("Http1", "bolt", Sofa);
        byte[] request = Encoding.ASCII.GetBytes(Post);
        byte[] answer = BoltFrames.Response(1, new string('y', 1000), 0, ("X-Two", "2"));
        world.Client.KeepsReceived = false;
        int sent = 0;
        void Many()
        {
            for (int i = 0; i < 300; i++, sent++)
            {
                world.Client.Send(request);
                world.World.Run();
                world.Host.Received[5..9].CopyTo(answer.AsSpan(5));
                world.Host.ClearReceived();
                world.Host.Send(answer);
                world.World.Run();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Equal(sent, world.Count(FilterMetrics.Transcoded));
        Assert.Equal(0, world.World.Count(DownstreamMetric.RequestActive));
        Assert.Equal(sent, FrameMetrics.Of(world.World.Metrics, "bolt").Read((int)FrameMetric.ResponseTotal));
    }
}
