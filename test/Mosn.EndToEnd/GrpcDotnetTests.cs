using System.Text;
using Grpc.Core;
using Grpc.Net.Client;

namespace Mosn.EndToEnd;

/// <summary>gRPC with the client and the server of .NET, and with a server on Node, through the proxy.</summary>
public sealed class GrpcDotnetTests : IAsyncLifetime
{
    private readonly List<IDisposable> _opened = [];
    private PeerProcess _dotnet = null!;
    private PeerProcess _node = null!;

    public async ValueTask InitializeAsync()
    {
        _dotnet = await PeerProcess.StartGrpcAsync();
        _node = await PeerProcess.StartNodeAsync("grpcserver.js");
    }

    public ValueTask DisposeAsync()
    {
        foreach (IDisposable opened in Enumerable.Reverse(_opened))
        {
            opened.Dispose();
        }
        _dotnet.Dispose();
        _node.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_and_metadata_come_through_in_both_directions(bool isNode)
    {
        CallInvoker client = await ClientAsync(isNode);
        Metadata sent = new() { { "x-sent", "one word" }, { "x-bits-bin", [0, 1, 255] } };
        using AsyncUnaryCall<byte[]> call = client.AsyncUnaryCall(GrpcPeerMethods.Unary, null, new CallOptions(sent), "hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await call.ResponseAsync);
        Metadata head = await call.ResponseHeadersAsync;
        Assert.Equal("one word", head.GetValue("x-seen"));
        Assert.Equal([0, 1, 255], head.GetValueBytes("x-bits-bin"));
        Assert.Equal("word", call.GetTrailers().GetValue("x-last"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_fails_has_its_status_its_text_and_its_metadata(bool isNode)
    {
        CallInvoker client = await ClientAsync(isNode);
        RpcException error = await FailAsync(client, "fail 5 no such thing: ä%");
        Assert.Equal(new Status(StatusCode.NotFound, "no such thing: ä%"), new Status(error.StatusCode, error.Status.Detail));
        Assert.Equal("asked for", error.Trailers.GetValue("x-why"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streams_of_all_kinds_are_whole(bool isNode)
    {
        CallInvoker client = await ClientAsync(isNode);
        using AsyncClientStreamingCall<byte[], byte[]> collect =
            client.AsyncClientStreamingCall(GrpcPeerMethods.Collect, null, default);
        for (int i = 0; i < 1000; i++)
        {
            await collect.RequestStream.WriteAsync(new byte[i]);
        }
        await collect.RequestStream.CompleteAsync();
        Assert.Equal("1000 499500", Encoding.UTF8.GetString(await collect.ResponseAsync));

        using AsyncServerStreamingCall<byte[]> produce =
            client.AsyncServerStreamingCall(GrpcPeerMethods.Produce, null, default, "1000 1000"u8.ToArray());
        Assert.Equal((1000, 1_000_000), await ReadAllAsync(produce.ResponseStream));

        using AsyncDuplexStreamingCall<byte[], byte[]> echo = client.AsyncDuplexStreamingCall(GrpcPeerMethods.Echo, null, default);
        for (int i = 0; i < 100; i++)
        {
            byte[] message = Encoding.UTF8.GetBytes($"message {i}");
            await echo.RequestStream.WriteAsync(message);
            Assert.True(await echo.ResponseStream.MoveNext());
            Assert.Equal(message, echo.ResponseStream.Current);
        }
        await echo.RequestStream.CompleteAsync();
        Assert.False(await echo.ResponseStream.MoveNext());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Large_messages_come_back_whole(bool isNode)
    {
        CallInvoker client = await ClientAsync(isNode);
        byte[] message = new byte[4 << 20];
        new Random(7).NextBytes(message);
        Task<byte[]>[] calls = [.. Enumerable.Range(0, 4).Select(_ =>
            client.AsyncUnaryCall(GrpcPeerMethods.Unary, null, default, message).ResponseAsync)];
        foreach (byte[] answer in await Task.WhenAll(calls))
        {
            Assert.True(message.AsSpan().SequenceEqual(answer));
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_server()
    {
        CallInvoker client = await ClientAsync(isNode: false);
        using AsyncServerStreamingCall<byte[]> call =
            client.AsyncServerStreamingCall(GrpcPeerMethods.Produce, null, default, "20000 10000"u8.ToArray());
        await call.ResponseHeadersAsync;
        (int before, int same) = (-1, 0);
        await Wait.UntilAsync(
            async () =>
            {
                int now = (await StateAsync(client)).Produced;
                same = now == before ? same + 1 : 0;
                before = now;
                return same == 50;
            },
            () => $"the server never stops: {before}");
        Assert.InRange(before, 1, 2000);
        Assert.Equal((20_000, 200_000_000), await ReadAllAsync(call.ResponseStream));
    }

    [Fact]
    public async Task A_client_that_gives_up_is_heard_by_the_server()
    {
        CallInvoker client = await ClientAsync(isNode: false);
        using AsyncUnaryCall<byte[]> call = client.AsyncUnaryCall(GrpcPeerMethods.Unary, null, default, "sleep"u8.ToArray());
        using AsyncServerStreamingCall<byte[]> stream =
            client.AsyncServerStreamingCall(GrpcPeerMethods.Produce, null, default, "100000 100000"u8.ToArray());
        Assert.True(await stream.ResponseStream.MoveNext());
        call.Dispose();
        stream.Dispose();
        await Wait.UntilAsync(async () => (await StateAsync(client)).Cancelled == 2, () => "the server works for nobody");
    }

    [Fact]
    public async Task A_deadline_ends_the_call_at_both_ends()
    {
        CallInvoker client = await ClientAsync(isNode: false);
        await StateAsync(client); // A server that is cold may need longer than that until it sees the call.
        RpcException error = await FailAsync(client, "sleep", new CallOptions(deadline: DateTime.UtcNow.AddSeconds(1)));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await Wait.UntilAsync(async () => (await StateAsync(client)).Cancelled == 1, () => "the server works for nobody");
    }

    [Fact]
    public async Task The_proxy_ends_a_call_that_takes_longer_than_its_route_allows()
    {
        CallInvoker client = await ClientAsync(isNode: false, route: ",\"max_grpc_timeout\":\"2s\"");
        await StateAsync(client);
        RpcException error = await FailAsync(client, "sleep");
        Assert.Equal(new Status(StatusCode.DeadlineExceeded, "upstream timed out"), new Status(error.StatusCode, error.Status.Detail));
        await Wait.UntilAsync(async () => (await StateAsync(client)).Cancelled == 1, () => "the server works for nobody");
    }

    [Fact]
    public async Task What_the_proxy_says_itself_is_understood()
    {
        MosnProcess mosn = Open(await MosnProcess.StartAsync(
            new ConfigText().Http("web", """{"match":{"prefix":"/e2e"},"route":{"cluster_name":"up"}}""", protocol: "Http2")
                .Cluster("up").ToString()));
        CallInvoker client = ClientOf(mosn);
        RpcException noHost = await FailAsync(client, "hello");
        Assert.Equal(new Status(StatusCode.Unavailable, "no healthy upstream"), new Status(noHost.StatusCode, noHost.Status.Detail));
        Marshaller<byte[]> bytes = GrpcPeerMethods.Unary.RequestMarshaller;
        Method<byte[], byte[]> unknown = new(MethodType.Unary, "other.Service", "Method", bytes, bytes);
        RpcException noRoute = await Assert.ThrowsAsync<RpcException>(
            async () => await client.AsyncUnaryCall(unknown, null, default, []).ResponseAsync);
        Assert.Equal(new Status(StatusCode.Unimplemented, "no route"), new Status(noRoute.StatusCode, noRoute.Status.Detail));
    }

    /// <summary>What the calls of the server of .NET have done.</summary>
    private static async Task<(int Produced, int Cancelled)> StateAsync(CallInvoker client)
    {
        byte[] state = await client.AsyncUnaryCall(GrpcPeerMethods.Unary, null, default, "state"u8.ToArray()).ResponseAsync;
        int[] numbers = [.. Encoding.UTF8.GetString(state).Split(' ').Select(int.Parse)];
        return (numbers[0], numbers[1]);
    }

    private static async Task<RpcException> FailAsync(CallInvoker client, string message, CallOptions options = default) =>
        await Assert.ThrowsAsync<RpcException>(
            async () => await client.AsyncUnaryCall(GrpcPeerMethods.Unary, null, options, Encoding.UTF8.GetBytes(message)).ResponseAsync);

    private static async Task<(int Count, long Length)> ReadAllAsync(IAsyncStreamReader<byte[]> messages)
    {
        int count = 0;
        long length = 0;
        while (await messages.MoveNext(CancellationToken.None))
        {
            count++;
            length += messages.Current.Length;
        }
        return (count, length);
    }

    /// <param name="route">More of the route's action.</param>
    private async Task<CallInvoker> ClientAsync(bool isNode, string route = "")
    {
        string host = isNode ? _node.Address : _dotnet.Address;
        string routes = $$"""{"match":{"prefix":"/"},"route":{"cluster_name":"up","timeout":"-1s"{{route}} } }""";
        return ClientOf(Open(await MosnProcess.StartAsync(
            new ConfigText().Http("web", routes, protocol: "Http2").Cluster("up", host).ToString())));
    }

    private CallInvoker ClientOf(MosnProcess mosn)
    {
        GrpcChannelOptions options = new() { MaxReceiveMessageSize = 8 << 20, MaxSendMessageSize = 8 << 20 };
        return Open(GrpcChannel.ForAddress(mosn.UrlOf("web", "/"), options)).CreateCallInvoker();
    }

    private T Open<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
