using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;
using Mosn.Testing;
using Mosn.Transport;

namespace Mosn.Tests.Expressions;

public class AttributeTests
{
    private const string Head = """
        POST /a%20b/./c?x=1&name=J%C3%B6rg+M&x=2&empty&bad=%zz&k%65y=v HTTP/1.1
        Host: test.local:8080
        User-Agent: probe
        Referer: http://before/
        X-Request-Id: 7-7
        """;

    [Theory]
    [InlineData("request.method", "POST")]
    [InlineData("request.scheme", "http")]
    [InlineData("request.host", "test.local:8080")]
    [InlineData("request.path", "/a b/c")]
    [InlineData("request.url_path", "/a b/c?x=1&name=J%C3%B6rg+M&x=2&empty&bad=%zz&k%65y=v")]
    [InlineData("request.query_params[\"x\"]", "1")]
    [InlineData("request.query_params[\"name\"]", "Jörg M")]
    [InlineData("request.query_params[\"key\"]", "v")]
    [InlineData("request.query_params[\"empty\"]", "")]
    [InlineData("request.query_params[\"bad\"]", "%zz")]
    [InlineData("request.query_params[\"none\"] | \"default\"", "default")]
    [InlineData("request.headers[\"user-agent\"]", "probe")]
    [InlineData("request.useragent", "probe")]
    [InlineData("request.referer", "http://before/")]
    [InlineData("request.id", "7-7")]
    [InlineData("request.size", "1000")]
    [InlineData("request.total_size", "1070")]
    [InlineData("request.time", "2009-02-13T23:31:30.123Z")]
    [InlineData("response.headers[\"server\"]", "upstream")]
    [InlineData("response.code", "503")]
    [InlineData("response.size", "2000")]
    [InlineData("response.total_size", "2014")]
    [InlineData("response.duration", "0.25s")]
    [InlineData("context.protocol", "http")]
    [InlineData("context.reporter.kind", "outbound")]
    [InlineData("origin.ip", "10.0.0.9")]
    [InlineData("source.ip == ip(\"10.0.0.9\")", "true")]
    [InlineData("destination.ip", "10.1.2.3")]
    [InlineData("destination.port", "9080")]
    [InlineData("destination.service.host", "reviews.default.svc.cluster.local")]
    [InlineData("destination.service.name", "reviews")]
    [InlineData("destination.service.namespace", "default")]
    [InlineData("source.workload.name", "MissingAttribute")]
    [InlineData("connection.mtls", "MissingAttribute")]
    [InlineData("connection.received.bytes_total", "MissingAttribute")]
    public void Each_has_the_value_of_the_finished_request(string name, string value) =>
        Assert.Equal(value, Evaluating.Text(name, Finished()));

    [Theory]
    [InlineData("response.grpc_status", "14")]
    [InlineData("response.grpc_message", "gone")]
    [InlineData("response.grpc_status | \"none\"", "14")]
    public void A_grpc_call_has_its_status_and_its_message(string name, string value)
    {
        Assert.Equal("MissingAttribute", Evaluating.Text("response.grpc_status", Finished()));
        Assert.Equal("MissingAttribute", Evaluating.Text("response.grpc_message", Finished()));
        Assert.Equal(value, Evaluating.Text(name, Ended()));
    }

    [Theory]
    [InlineData("response.headers[\"server\"]", "MissingAttribute")]
    [InlineData("response.headers[\"server\"] | \"none\"", "none")]
    [InlineData("response.code", "0")]
    [InlineData("destination.ip", "MissingAttribute")]
    [InlineData("destination.port | 80", "80")]
    [InlineData("destination.service.host", "MissingAttribute")]
    [InlineData("request.query_params[\"a\"]", "MissingAttribute")]
    [InlineData("request.query_params[\"a\"] | \"none\"", "none")]
    [InlineData("request.url_path", "/")]
    [InlineData("request.useragent | \"none\"", "none")]
    public void What_is_not_there_yet_is_missing(string name, string value) =>
        Assert.Equal(value, Evaluating.Text(name, Evaluating.Request("GET / HTTP/1.1\nHost: a")));

    [Theory]
    [InlineData("service-a", "destination.service.host", "MissingAttribute")]
    [InlineData("inbound|80||localhost", "destination.service.host", "localhost")]
    [InlineData("inbound|80||localhost", "destination.service.name", "MissingAttribute")]
    [InlineData("inbound|80||localhost", "context.reporter.kind", "inbound")]
    [InlineData("a|b|c|d|e", "context.reporter.kind", "MissingAttribute")]
    [InlineData("|||", "context.reporter.kind", "MissingAttribute")]
    public void Names_of_clusters_are_read_in_the_form_of_Istio(string cluster, string name, string value)
    {
        StreamContext stream = Evaluating.Request();
        stream.ClusterName = cluster;
        Assert.Equal(value, Evaluating.Text(name, stream));
    }

    [Fact]
    public void The_time_of_the_response_is_that_of_the_turn()
    {
        StreamContext stream = Evaluating.Request();
        ((MemoryLoop)stream.Loop).Turn();
        Assert.Equal(EvaluationFault.None, Evaluating.Compile("response.time").Evaluate(stream, out long ticks));
        Assert.NotEqual(0, ticks);
        Assert.Equal(stream.Loop.TurnUtcTicks, ticks);
    }

    [Fact]
    public void Http2_has_its_own_name()
    {
        StreamContext stream = Evaluating.Request();
        stream.Request.Version = HttpVersion.Http2;
        Assert.Equal("h2", Evaluating.Text("context.protocol", stream));
    }

    [Fact]
    public void Every_attribute_compiles_by_its_name()
    {
        foreach (string name in AttributeTable.Names.Where(static name => name != AttributeTable.Context))
        {
            Evaluating.Compile(name).Run(Evaluating.Request());
        }
        Assert.Equal(91, AttributeTable.Names.Count());
    }

    internal static bool HasValueWhenFinished(string name)
    {
        return HasValue(name, Ended()) || HasValue(name, Called());

        static bool HasValue(string name, StreamContext stream)
        {
            Evaluation evaluation = new(stream);
            bool hasValue = AttributeTable.Find(name)!.IsPresent(ref evaluation);
            evaluation.Dispose();
            return hasValue;
        }
    }

    /// <summary>The same as a request that has become an RPC call.</summary>
    private static StreamContext Called()
    {
        StreamContext call = Finished();
        call.Request.Headers.Add(SofaFields.Service, "x.S"u8);
        call.Request.Headers.Add(SofaFields.Method, "say"u8);
        call.Request.ReplaceFrame(new FrameHead { Readers = FrameCodecs.ReadersOf<BoltCodec>() });
        return call;
    }

    /// <summary>The same as a gRPC call.</summary>
    private static StreamContext Ended()
    {
        StreamContext call = Finished();
        call.IsGrpc = true;
        call.GrpcStatus = 14;
        call.Response!.Headers.Add("grpc-message"u8, "gone"u8);
        return call;
    }

    private static StreamContext Finished()
    {
        StreamContext stream = Evaluating.Request(Head);
        stream.BytesReceived = 1000;
        stream.BytesSent = 2000;
        stream.Status = 503;
        stream.FinishedNs = stream.StartNs + 250_000_000;
        stream.UpstreamAddress = TransportAddress.FromBytes([10, 1, 2, 3], 9080);
        stream.ClusterName = "outbound|9080|v1|reviews.default.svc.cluster.local";
        stream.Response = new ResponseHead();
        stream.Response.Headers.Add("Server"u8, "upstream"u8);
        return stream;
    }
}
