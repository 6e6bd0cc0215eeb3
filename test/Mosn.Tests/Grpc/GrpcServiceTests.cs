using System.Text;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;
using Mosn.Proxy.Grpc;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Grpc;

/// <summary>A gRPC server inside the proxy, with the filters of its listener.</summary>
public sealed class GrpcServiceTests : IDisposable
{
    private readonly List<string> _heard = [];
    private TaskCompletionSource _gate = new();
    private GrpcCall? _call;
    private ProxyWorld _world = null!;
    private MemoryPeer _client = null!;

    public void Dispose()
    {
        _client.Close();
        _world.Advance(300_000);
        Assert.Empty(_world.Leaks());
        Assert.Equal(0, Count(UpstreamMetric.RequestActive));
        _world.Dispose();
    }

    [Fact]
    public void A_unary_call_is_answered()
    {
        Start();
        Call("/test.S/Upper", Message("abc"));
        Assert.Equal(Response(Message("ABC"), 0), _client.ReceivedText);
        Assert.Equal(1, Count(UpstreamMetric.RequestTotal));
        Assert.Equal(1, Count(UpstreamMetric.ResponseSuccess));
    }

    [Fact]
    public void A_call_that_fails_says_so_without_a_message()
    {
        Start();
        Call("/test.S/Upper", Message("bad: ü"));
        Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 3\r\n", _client.ReceivedText);
        Assert.Contains("Grpc-Message: not this: %C3%BC\r\n", _client.ReceivedText);
        Assert.Equal(0, Count(UpstreamMetric.ResponseFailed));
    }

    [Theory]
    [InlineData("/test.S/None", "12", "no such method")]
    [InlineData("/test.S/Upper", "13", "the call has no message")]
    public void What_cannot_be_served_has_a_status(string path, string status, string message)
    {
        Start();
        Call(path, "");
        Assert.Contains($"Grpc-Status: {status}\r\nGrpc-Message: {message}\r\n", _client.ReceivedText);
    }

    [Fact]
    public void A_handler_that_throws_is_a_bug_and_its_call_has_a_status()
    {
        Start();
        _client.Send(Head("/test.S/Throw", "Content-Length: 5") + Message(""));
        Assert.Contains("on purpose", Assert.ThrowsAny<Exception>(_world.Run).ToString());
        _world.Run();
        Assert.Contains("Grpc-Status: 2\r\nGrpc-Message: the handler failed\r\n", _client.ReceivedText);
    }

    [Theory]
    [InlineData("\u0001\0\0\0\u0001a", "12", "compressed messages are not taken")]
    [InlineData("\u0002\0\0\0\u0001a", "13", "the body is not one of gRPC")]
    [InlineData("\0\0\0\0\u0005ab", "13", "the last message is cut short")]
    [InlineData("\0\0\0", "13", "the last message is cut short")]
    [InlineData("\0\0\u0001\0\0", "8", "the message is too large")]
    [InlineData("\0\u00ff\u00ff\u00ff\u00ff", "8", "the message is too large")]
    public void A_message_that_cannot_be_taken_ends_the_call(string body, string status, string message)
    {
        Start();
        Call("/test.S/Upper", body);
        Assert.Contains($"Grpc-Status: {status}\r\nGrpc-Message: {message}\r\n", _client.ReceivedText);
    }

    [Fact]
    public void Both_sides_stream_at_the_same_time()
    {
        Start();
        _client.Send(Head("/test.S/Echo", "Transfer-Encoding: chunked"));
        for (int i = 0; i < 3; i++)
        {
            _client.ClearReceived();
            string message = Message($"#{i}");
            _client.Send($"3\r\n{message[..3]}\r\n");
            _world.Run();
            _client.Send($"{message.Length - 3:x}\r\n{message[3..]}\r\n");
            _world.Run();
            Assert.EndsWith($"7\r\n{message}\r\n", _client.ReceivedText);
        }
        _client.Send("0\r\n\r\n");
        _world.Run();
        Assert.EndsWith("0\r\nx-count: 3\r\nGrpc-Status: 0\r\n\r\n", _client.ReceivedText);
    }

    [Fact]
    public void A_large_message_comes_through_whatever_the_splits()
    {
        Start();
        int seed = Environment.TickCount;
        Random random = new(seed);
        string text = new('x', 60_000);
        string request = Head("/test.S/Upper", "Content-Length: 60005") + Message(text);
        for (int at = 0; at < request.Length;)
        {
            int length = Math.Min(request.Length - at, random.Next(1, 7000));
            _client.Send(request.Substring(at, length));
            _world.Run();
            at += length;
        }
        Assert.True(_client.ReceivedText.Count(static c => c == 'X') == 60_000, $"seed {seed}");
        Assert.EndsWith("0\r\nGrpc-Status: 0\r\n\r\n", _client.ReceivedText);
    }

    [Fact]
    public void A_client_that_does_not_read_stops_the_handler()
    {
        Start();
        _client.PauseReading();
        Call("/test.S/Flood", Message("x"));
        long written = _heard.Count;
        _world.Advance(5_000);
        Assert.Equal(written, _heard.Count);
        Assert.InRange(written, 10, 999);
        _client.KeepsReceived = false;
        _client.ResumeReading();
        _world.Run();
        Assert.Equal(1000, _heard.Count);
    }

    [Fact]
    public void A_handler_that_does_not_read_stops_the_client()
    {
        Start();
        _client.Send(Head("/test.S/Wait", "Content-Length: 10000000") + Message(new string('x', 100)));
        _client.Send(new string('\0', 5_000_000));
        _world.Run();
        Assert.InRange(_client.UnsentLength, 1_000_000, 5_000_000);
        _gate.SetResult();
        _world.Run();
        Assert.Equal(["cancelled: False, read: True, written: True"], _heard);
    }

    [Fact]
    public void A_handler_hears_that_its_client_left_and_may_end_in_its_own_time()
    {
        Start();
        Call("/test.S/Wait", Message("x"));
        CancellationToken token = _call!.Cancellation;
        Assert.False(token.IsCancellationRequested);
        _client.Reset();
        _world.Run();
        Assert.True(_call.IsCancelled);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(0, Count(UpstreamMetric.RequestActive));
        _gate.SetResult();
        _world.Run();
        Assert.Equal(["cancelled: True, read: False, written: False"], _heard);
    }

    [Fact]
    public void A_call_ends_with_its_deadline()
    {
        Start();
        Call("/test.S/Wait", Message("x"), "grpc-timeout: 50m\r\n");
        _world.Advance(60);
        Assert.Contains("Grpc-Status: 4\r\n", _client.ReceivedText);
        Assert.True(_call!.IsCancelled);
        _gate.SetResult();
        _world.Run();
    }

    [Fact]
    public void A_handler_that_waits_for_somebody_else_comes_back_to_its_loop()
    {
        Start();
        Call("/test.S/Wait", Message("x"));
        Assert.Equal("", _client.ReceivedText);
        _gate.SetResult();
        _world.Run();
        Assert.Contains("Grpc-Status: 0\r\n", _client.ReceivedText);
    }

    [Fact]
    public void Filters_of_the_listener_run_for_every_kind_of_call()
    {
        Start(filters: """
            {"type": "flowControlFilter", "config": {"global_switch": true,
              "rules": [{"resource": "/test.S/Upper", "threshold": 1, "statIntervalInMs": 1000}]}},
            {"type": "grpc_metric"}
            """);
        Call("/test.S/Upper", Message("a"));
        Assert.EndsWith("Grpc-Status: 0\r\n\r\n", _client.ReceivedText);
        Call("/test.S/Upper", Message("a"));
        Assert.Contains("Grpc-Status: 2\r\nGrpc-Message: current request is limited\r\n", _client.ReceivedText);
        MetricGroup counted = _world.Metrics.GetOrAdd(Mosn.Proxy.Filters.GrpcMetrics.Schema, ("service", "/test.S/Upper"));
        Assert.Equal(2, counted.Read(Mosn.Proxy.Filters.GrpcMetrics.RequestTotal));
    }

    [Fact]
    public void Browsers_are_served_with_grpc_web()
    {
        Start(filters: """{"type": "grpc_web"}""");
        _client.Send("POST /test.S/Upper HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc-web-text\r\nContent-Length: 8\r\n\r\n"
            + Convert.ToBase64String(Encoding.Latin1.GetBytes(Message("a"))));
        _world.Run();
        Assert.Contains(Convert.ToBase64String(Encoding.Latin1.GetBytes(Message("A"))), _client.ReceivedText);
    }

    [Theory]
    [InlineData("GET", "application/grpc", "405")]
    [InlineData("POST", "application/json", "415")]
    public void Who_does_not_speak_grpc_is_refused(string method, string type, string status)
    {
        Start();
        _client.Send($"{method} /test.S/Upper HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nContent-Length: 0\r\n\r\n");
        _world.Run();
        Assert.StartsWith($"HTTP/1.1 {status} ", _client.ReceivedText);
    }

    [Fact]
    public void A_stop_waits_for_calls_and_cuts_them_when_its_time_is_over()
    {
        Start();
        Call("/test.S/Wait", Message("x"));
        Task drained = _world.Listeners[0].BeginDrainAsync().AsTask();
        _world.Advance(1_900);
        Assert.False(_client.IsOver);
        _world.Advance(200);
        Assert.True(_client.IsOver);
        Assert.True(_call!.IsCancelled);
        _gate.SetResult();
        _world.Wait(drained);
    }

    [Fact]
    public void A_service_that_the_binary_does_not_have_is_an_error_with_its_place()
    {
        Start();
        ConfigLoadResult result = ConfigLoader.LoadText(
            Encoding.UTF8.GetBytes(Config("")), ConfigFormat.Json, "a.json",
            new ConfigLoadOptions { GrpcServices = ["tests"], Syntax = ConfigSyntaxes.BuiltIn });
        ConfigProblem problem = Assert.Single(result.Problems, static problem => problem.Severity == ConfigSeverity.Error);
        Assert.Contains("no such gRPC service", ConfigProblemText.Format(problem));
        Assert.Contains("tests", ConfigProblemText.Format(problem));
    }

    private static string Config(string filters) => $$"""
        {
          "servers": [{ "listeners": [{
            "name": "in", "address": "127.0.0.1:{{ProxyWorld.ListenerPort}}", "bind_port": true,
            "stream_filters": [{{filters}}],
            "filter_chains": [{ "filters": [{
              "type": "grpc", "config": { "server_name": "test", "grpc_config": { "word": "not this" }, "graceful_stop_timeout": "2s" }
            }] }]
          }] }],
          "cluster_manager": { "clusters": [] }
        }
        """;

    private static string Message(string text) =>
        $"\0\0{(char)(text.Length >> 16)}{(char)((text.Length >> 8) & 255)}{(char)(text.Length & 255)}{text}";

    private static string Head(string path, string framing, string headers = "") =>
        $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nTE: trailers\r\n{headers}{framing}\r\n\r\n";

    private static string Response(string message, int status) =>
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n"
        + $"{message.Length:x}\r\n{message}\r\n0\r\nGrpc-Status: {status}\r\n\r\n";

    private void Start(string filters = "")
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.GrpcServices.Add("test", settings => Service(settings.Config!.Members.Single().Value.Text));
        _world = new ProxyWorld(Config(filters), extensions: extensions);
        _client = _world.Client();
    }

    private GrpcService Service(string word) => new GrpcService { MessageBytesMax = 65_535 }
        .Unary("/test.S/Upper", (_, request) =>
        {
            string text = Encoding.Latin1.GetString(request.Span);
            return new(text.StartsWith("bad", StringComparison.Ordinal)
                ? GrpcReply.Failed(GrpcStatus.InvalidArgument, $"{word}{text[3..]}")
                : new GrpcReply(Encoding.UTF8.GetBytes(text.ToUpperInvariant())));
        })
        .Unary("/test.S/Throw", static (_, _) => throw new InvalidOperationException("on purpose"))
        .Streaming("/test.S/Echo", static async call =>
        {
            int count = 0;
            while (await call.ReadAsync() is { } message)
            {
                await call.WriteAsync(message);
                count++;
            }
            call.Trailers.Add("x-count"u8, Encoding.ASCII.GetBytes($"{count}"));
            return GrpcResult.Ok;
        })
        .Streaming("/test.S/Flood", async call =>
        {
            byte[] message = new byte[10_000];
            for (int i = 0; i < 1000 && await call.WriteAsync(message); i++)
            {
                _heard.Add("");
            }
            return GrpcResult.Ok;
        })
        .Streaming("/test.S/Wait", async call =>
        {
            _call = call;
            await call.ReadAsync();
            await _gate.Task;
            bool read = await call.ReadAsync() is not null;
            bool written = await call.WriteAsync("late"u8.ToArray());
            _heard.Add($"cancelled: {call.IsCancelled}, read: {read}, written: {written}");
            return GrpcResult.Ok;
        });

    private void Call(string path, string body, string headers = "")
    {
        _client.ClearReceived();
        _client.Send(Head(path, $"Content-Length: {body.Length}", headers) + body);
        _world.Run();
    }

    private long Count(UpstreamMetric metric) =>
        _world.Metrics.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "grpc.test")).Read(metric);
}
