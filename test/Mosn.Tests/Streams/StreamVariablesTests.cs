using System.Text;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;

namespace Mosn.Tests.Streams;

public class StreamVariablesTests
{
    private static readonly StreamContext Stream = MakeStream();

    [Theory]
    [InlineData("start_time", "2009/02/13 23:31:30.123")]
    [InlineData("request_received_duration", "1ms")]
    [InlineData("response_received_duration", "3ms")]
    [InlineData("duration", "4ms")]
    [InlineData("process_time_duration", "2ms")]
    [InlineData("bytes_sent", "20")]
    [InlineData("bytes_received", "10")]
    [InlineData("protocol", "Http1")]
    [InlineData("response_code", "503")]
    [InlineData("response_flag", "true")]
    [InlineData("upstream_transport_failure_reason", "0x80")]
    [InlineData("upstream_local_address", "10.0.0.1:80")]
    [InlineData("downstream_remote_address", "10.0.0.9:1234")]
    [InlineData("upstream_host", "-")]
    [InlineData("upstream_cluster", "c1")]
    [InlineData("upstream_connection_id", "-")]
    [InlineData("stream_id", "7")]
    [InlineData("listener_name", "listener")]
    [InlineData("trace_id", "-")]
    [InlineData("request_header_x-one", "1")]
    [InlineData("Http1_request_header_X-One", "1")]
    [InlineData("request_header_missing", "-")]
    [InlineData("response_header_x-one", "-")]
    [InlineData("Http1_request_method", "GET")]
    [InlineData("x-mosn-host", "h.test")]
    [InlineData("Http1_request_path", "/a/b c")]
    [InlineData("Http1_request_path_original", "/a//b%20c")]
    [InlineData("x-mosn-path", "/new")]
    [InlineData("Http1_request_uri", "/new?x=1&yy=2&x=3&z")]
    [InlineData("Http1_request_length", "94")]
    [InlineData("Http1_request_arg", "x=1&yy=2&x=3&z")]
    [InlineData("Http1_request_arg_x", "1")]
    [InlineData("Http1_request_arg_y", "-")]
    [InlineData("Http1_request_arg_z", "")]
    [InlineData("Http1_cookie_b", "2")]
    [InlineData("Http1_cookie_c", "-")]
    [InlineData("Http1_request_scheme", "http")]
    [InlineData("URI", "/new?x=1&yy=2&x=3&z")]
    [InlineData("PATH", "/a/b c")]
    [InlineData("ARG", "x=1&yy=2&x=3&z")]
    [InlineData("scheme", "http")]
    [InlineData("listener_type", "ingress")]
    [InlineData("ori_remote_addr", "10.0.0.9:1234")]
    [InlineData("route_name", "main")]
    [InlineData("proxy_global_timeout", "-1")]
    [InlineData("proxy_try_timeout", "-")]
    [InlineData("proxy_disable_retry", "true")]
    [InlineData("x-mosn-router-meta", "zone=a,app=b")]
    [InlineData("requested_server_name", "-")]
    [InlineData("x-mosn-rpc-service", "-")]
    [InlineData("Http2_cookie_a", "-")]
    [InlineData("protocol_config", "-")]
    public void A_variable_shows_what_the_stream_knows(string name, string expected) =>
        Assert.Equal(expected, Write(name, Stream));

    [Theory]
    [InlineData("grpc_status", "14")]
    [InlineData("grpc_status_name", "UNAVAILABLE")]
    [InlineData("grpc_message", "gone%21")]
    [InlineData("gRPC_serviceName", "/a//b%20c")]
    [InlineData("requestResult", "false")]
    [InlineData("response_trailer_X-Sum", "1")]
    [InlineData("response_trailer_x-other", "-")]
    public void A_variable_shows_how_a_grpc_call_ended(string name, string expected)
    {
        StreamContext call = MakeStream();
        Assert.Equal("-", Write(name, call));
        call.IsGrpc = true;
        call.GrpcStatus = 14;
        call.Trailers = new Mosn.Protocols.HeaderBlock();
        call.Trailers.Add("grpc-message"u8, "gone%21"u8);
        call.Trailers.Add("x-sum"u8, "1"u8);
        Assert.Equal(expected, Write(name, call));
    }

    [Theory]
    [InlineData("no_such")]
    [InlineData("request_header_")]
    [InlineData("")]
    public void Others_do_not_exist(string name) => Assert.Null(StreamVariables.Find(name));

    [Theory]
    [InlineData(0, 0, "0s")] // A reply of our own.
    [InlineData(1, 0, "1ms")] // Sent, and never answered.
    [InlineData(1, 3, "2ms")]
    public void Process_time_is_what_the_upstream_did_not_take(int sentMs, int responseMs, string expected)
    {
        StreamContext stream = MakeStream();
        stream.RequestSentNs = sentMs == 0 ? 0 : stream.StartNs + (sentMs * 1_000_000L);
        stream.ResponseReceivedNs = responseMs == 0 ? 0 : stream.StartNs + (responseMs * 1_000_000L);
        Assert.Equal(expected, Write("process_time_duration", stream));
    }

    [Fact]
    public void Writing_costs_no_allocation()
    {
        string[] names =
        [
            "start_time", "duration", "x-mosn-router-meta",
            "upstream_local_address", "request_header_x-one", "Http1_cookie_b", "Http1_request_path",
        ];
        byte[] room = new byte[1024];
        LogClock clock = LogClock.ForAccessLog(TimeZoneInfo.Utc);
        foreach (string name in names)
        {
            VariableWriter<StreamContext> writer = StreamVariables.Find(name)!;
            Write(10);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Write(1000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Write(int times)
            {
                for (int i = 0; i < times; i++)
                {
                    LogLineWriter line = new(room, clock);
                    writer(Stream, ref line);
                }
            }
        }
    }

    private static string Write(string name, StreamContext stream)
    {
        byte[] room = new byte[1024];
        LogLineWriter line = new(room, LogClock.ForAccessLog(TimeZoneInfo.Utc));
        StreamVariables.Find(name)!(stream, ref line);
        return Encoding.UTF8.GetString(room.AsSpan(0, line.Length));
    }

    private static StreamContext MakeStream()
    {
        StreamContext stream = FakeServerStream.Open(
            """
            GET /a//b%20c?x=1&yy=2&x=3&z HTTP/1.1
            Host: h.test
            X-One: 1
            Cookie: a=1; b=2; cc=3
            """);
        stream.Request.SetPath("/new"u8);
        stream.RequestSentNs = stream.StartNs + 1_000_000;
        stream.ResponseReceivedNs = stream.StartNs + 3_000_000;
        stream.FinishedNs = stream.StartNs + 4_000_000;
        stream.BytesReceived = 10;
        stream.BytesSent = 20;
        stream.Status = 503;
        stream.Flags = ResponseFlags.UpstreamOverflow;
        stream.ClusterName = "c1";
        stream.ListenerType = "ingress";
        stream.RouteName = "main";
        stream.TimeoutMs = -1;
        stream.DisablesRetry = true;
        stream.HostLabels["zone"] = "a";
        stream.HostLabels["app"] = "b";
        stream.UpstreamAddress = TransportAddress.FromBytes([10, 0, 0, 1], 80);
        return stream;
    }
}
