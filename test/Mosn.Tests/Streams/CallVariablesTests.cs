using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>What logs and header values may say of an RPC call, through the whole proxy.</summary>
public sealed class CallVariablesTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    public void Dispose() => File.Delete(_log);

    [Theory]
    [InlineData("x-mosn-rpc-service", "x.S:1.0")]
    [InlineData("x-mosn-rpc-method", "say")]
    [InlineData("rpc_request_id", "7")]
    [InlineData("rpc_status", "7")]
    [InlineData("stream_id", "7")]
    [InlineData("trace_id", "t1")]
    [InlineData("protocol", "bolt")]
    [InlineData("upstream_protocol", "bolt")]
    [InlineData("request_header_service", "x.S:1.0")]
    [InlineData("response_header_x-two", "2")]
    [InlineData("response_code", "504")]
    [InlineData("x-mosn-resp-raw-data", @"\x01\x00\x00\x02")]
    public void A_variable_shows_what_the_call_and_its_answer_say(string name, string expected)
    {
        using ProxyWorld world = new(Config($"%{name}%"));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(BoltFrames.Request(
            7, fields:
            [
                ("service", "x.S:1.0"), ("sofa_head_method_name", "say"), ("rpc_trace_context.sofaTraceId", "t1"),
            ]));
        world.Run();
        upstream.Peers[0].Send(BoltFrames.Response(1, "hi", 7, ("x-two", "2")));
        world.Run();
        Assert.StartsWith(expected, Logged(world), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rpc_status", "-")]
    [InlineData("x-mosn-resp-raw-data", "-")]
    [InlineData("x-mosn-req-raw-data", @"\x01\x01\x00\x01")]
    [InlineData("x-mosn-rpc-method", "-")]
    [InlineData("trace_id", "-")]
    [InlineData("response_code", "502")]
    public void A_call_that_no_host_has_answered_says_nothing_of_an_answer(string name, string expected)
    {
        using ProxyWorld world = new(Config($"%{name}%"));
        MemoryPeer client = world.Client();
        client.Send(BoltFrames.Request(7, fields: ("service", "x.S:1.0")));
        world.Run();
        Assert.StartsWith(expected, Logged(world), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api.service == 'x.S:1.0' && api.operation == 'say'", true)]
    [InlineData("(api.operation | 'none') == 'none'", false)]
    [InlineData("context.protocol == 'bolt'", true)]
    public void An_expression_may_ask_what_is_called(string expression, bool isTaken)
    {
        using ProxyWorld world = new(Config("%route_name%").Replace(
            "\"match\": { \"prefix\": \"/\" }", $"\"match\": {{ \"dsl_expressions\": [{{ \"expression\": \"{expression}\" }}] }}",
            StringComparison.Ordinal));
        MemoryHost upstream = world.Upstream();
        world.Client().Send(BoltFrames.Request(7, fields: [("service", "x.S:1.0"), ("sofa_head_method_name", "say")]));
        world.Run();
        Assert.Equal(isTaken ? 1 : 0, upstream.Peers.Count);
    }

    [Fact]
    public void The_bytes_of_a_call_are_those_that_came_whatever_a_route_has_changed()
    {
        using ProxyWorld world = new(Config(
            "-", """, "request_headers_to_add": [{"header": {"key": "x-raw", "value": "%x-mosn-req-raw-data%"}}] """));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(BoltFrames.Request(7, "bob", fields: ("service", "x.S:1.0")));
        world.Run();
        Assert.Contains("x-raw\0\0\0", upstream.Peers[0].ReceivedText, StringComparison.Ordinal);
        Assert.Contains(@"\x01\x01\x00\x01\x01\x00\x00\x00\x07", upstream.Peers[0].ReceivedText, StringComparison.Ordinal);
    }

    private string Config(string format, string route = "") => ProxyWorld
        .Http(
            route: route,
            listener: $$""", "access_logs": [{ "log_path": "{{_log}}", "log_format": "{{format}}" }]""")
        .Replace(
            "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
            "\"downstream_protocol\": \"bolt\"",
            StringComparison.Ordinal);

    private string Logged(ProxyWorld world)
    {
        world.WriteLogs();
        return File.ReadAllText(_log);
    }
}
