using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;

namespace Mosn.EndToEnd;

/// <summary>gRPC-Web: a client of .NET that speaks as a browser does, over HTTP/1.1, and a server that knows gRPC alone.</summary>
public sealed class GrpcWebTests : IAsyncLifetime
{
    private PeerProcess _server = null!;
    private MosnProcess _mosn = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PeerProcess.StartNodeAsync("grpcserver.js");
        _mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "web",
                """{"match":{"prefix":"/"},"route":{"cluster_name":"up","upstream_protocol":"Http2"}}""",
                listener: """{"stream_filters":[{"type":"grpc_web"}]}""")
            .Cluster("up", _server.Address).ToString());
    }

    public ValueTask DisposeAsync()
    {
        _mosn.Dispose();
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task Calls_of_one_message_and_of_streams_come_through(GrpcWebMode mode)
    {
        using GrpcChannel channel = Channel(mode);
        CallInvoker client = channel.CreateCallInvoker();
        using AsyncUnaryCall<byte[]> call = client.AsyncUnaryCall(
            GrpcPeerMethods.Unary, null, new CallOptions(new Metadata { { "x-sent", "one word" } }), "hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await call.ResponseAsync);
        Assert.Equal("one word", (await call.ResponseHeadersAsync).GetValue("x-seen"));
        Assert.Equal("word", call.GetTrailers().GetValue("x-last"));
        Assert.Equal([0, 255, 1], call.GetTrailers().GetValueBytes("x-last-bin"));

        using AsyncServerStreamingCall<byte[]> stream =
            client.AsyncServerStreamingCall(GrpcPeerMethods.Produce, null, default, "300 3001"u8.ToArray());
        int count = 0;
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            Assert.Equal(3001, stream.ResponseStream.Current.Length);
            Assert.True(stream.ResponseStream.Current.All(value => value == (byte)count));
            count++;
        }
        Assert.Equal(300, count);

        byte[] large = new byte[1_000_000];
        new Random(7).NextBytes(large);
        Assert.Equal(large, await client.AsyncUnaryCall(GrpcPeerMethods.Unary, null, default, large).ResponseAsync);
    }

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task A_call_that_fails_has_its_status_and_its_text(GrpcWebMode mode)
    {
        using GrpcChannel channel = Channel(mode);
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker()
            .AsyncUnaryCall(GrpcPeerMethods.Unary, null, default, "fail 5 no such thing"u8.ToArray()).ResponseAsync);
        Assert.Equal((StatusCode.NotFound, "no such thing"), (error.StatusCode, error.Status.Detail));
    }

    private GrpcChannel Channel(GrpcWebMode mode) => GrpcChannel.ForAddress(
        _mosn.UrlOf("web", "/"),
        new GrpcChannelOptions
        {
            HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()),
            HttpVersion = System.Net.HttpVersion.Version11,
        });
}
