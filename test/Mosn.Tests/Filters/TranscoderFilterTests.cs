using Mosn.Proxy.Config;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

public sealed class TranscoderFilterTests
{
    private const string Preface = "PRI * HTTP/2.0";

    [Theory]
    [InlineData("httpTohttp2", "", true)]
    [InlineData("http2Tohttp", "", false)]
    [InlineData("", "", false)]
    [InlineData("", "X-To: two\r\n", true)]
    [InlineData("", "X-To: three\r\n", false)]
    [InlineData("httpTohttp2", "X-To: one\r\n", false)]
    [InlineData("httpTohttp2", "X-To: none\r\n", false)]
    public void A_request_of_HTTP1_goes_on_in_the_protocol_that_its_rule_says(string type, string header, bool isHttp2)
    {
        using FilterWorld world = new($$$"""
            {"type": "transcoder", "config": {"type": "{{{type}}}", "rules": [
              {"matcher_config": {"matcher_type": "simpleMatcher", "config": {"name": "X-To", "value": "two"}},
               "rule_info": {"upstream_protocol": "Http2"}},
              {"matcher_config": {"matcher_type": "simpleMatcher", "config": {"name": "x-to", "value": "one"}},
               "rule_info": {"upstream_protocol": "Http1", "description": "as it is"}},
              {"matcher_config": {"matcher_type": "simpleMatcher", "config": {"name": "x-to", "value": "none"} } },
              {"matcher_config": {"matcher_type": "other"}, "rule_info": {"upstream_protocol": "Http2"} }]} }
            """);
        world.Answer = null;
        world.Get(header);
        Assert.Equal(isHttp2, world.Seen.StartsWith(Preface, StringComparison.Ordinal));
        Assert.Equal(!isHttp2, world.Seen.StartsWith("GET / HTTP/1.1", StringComparison.Ordinal));
        Assert.Equal(isHttp2 ? 1 : 0, world.Count(FilterMetrics.Transcoder, 0));
    }

    [Theory]
    [InlineData("http2Tohttp", "Http2", "GET / HTTP/1.1")]
    [InlineData("httpTohttp2", "Http2", Preface)]
    [InlineData("httpTohttp2", "Http1", "GET / HTTP/1.1")]
    public void A_transcoder_leaves_alone_what_it_is_not_for(string type, string route, string upstream)
    {
        using ProxyWorld world = new(Http2World.Config(
            upstream: route,
            listener: $$""", "stream_filters": [{"type": "transcoder", "config": {"type": "{{type}}"} }]"""));
        MemoryHost host = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run();
        Assert.StartsWith(upstream, host.Peers[0].ReceivedText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void It_comes_before_what_the_route_says_in_every_phase(int phase)
    {
        using FilterWorld world = new(new ProxyWorld(ProxyWorld.Http(
            route: """, "upstream_protocol": "Http1" """,
            listener: $$$"""
                , "stream_filters": [
                  {"type": "transcoder", "config": {"type": "httpTohttp2", "trans": {"receiver_phase": {{{phase}}} } } }]
                """)));
        world.Answer = null;
        world.Get();
        Assert.StartsWith(Preface, world.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"type": "httpTohttp3"}""",
        "config.type: unknown transcoder; requests go on as they are: \"httpTohttp3\"; did you mean 'httpTohttp2'?")]
    [InlineData(
        """{"type": "dubbo_Http3"}""",
        "config.type: unknown transcoder; requests go on as they are: \"dubbo_Http3\"")]
    [InlineData(
        """{"type": "Http1_bold"}""",
        "config.type: unknown protocol: \"bold\"; did you mean 'bolt'?")]
    [InlineData(
        """{"config": {"codec": 256}}""",
        "config.config.codec: ")]
    [InlineData(
        """{"config": {"method": "CONNECT"}}""",
        "config.config.method: not a method of requests: \"CONNECT\"")]
    [InlineData(
        """{"config": {"path": "a"}}""",
        "config.config.path: not a path: \"a\"")]
    [InlineData(
        """{"config": {"max_body_size": 0}}""",
        "config.config.max_body_size: no bound for a body")]
    [InlineData(
        """{"trans": {"receiver_phase": 2}}""",
        "config.trans.receiver_phase: once a host is chosen it is too late")]
    [InlineData(
        """{"rules": [{"rule_info": {"upstream_protocol": "Http2"}}]}""",
        "config.rules[0]: without an object in 'config' the rule takes every request")]
    [InlineData(
        """{"rules": [{"matcher_config": {"config": {"name": "a b"}}, "rule_info": {"upstream_protocol": "Http2"}}]}""",
        "config.rules[0].matcher_config.config.name: not a header name: \"a b\"")]
    [InlineData(
        """{"rules": [{"matcher_config": {"config": {"name": "a"}}, "rule_info": {"upstream_protocol": "Http3"}}]}""",
        "config.rules[0].rule_info.upstream_protocol: unknown protocol: \"Http3\"; did you mean 'Http1'?")]
    [InlineData(
        """{"rules": [{"matcher_config": {"config": {"name": "a"}}}]}""",
        "config.rules[0]: without 'upstream_protocol' the rule changes nothing")]
    [InlineData(
        """{"rules": [{"matcher_config": {"matcher_type": "simple"}, "rule_info": {"upstream_protocol": "Http2"}}]}""",
        "config.rules[0].matcher_config.matcher_type: unknown matcher; the rule is passed over: \"simple\"")]
    public void What_is_wrong_with_it_is_told(string config, string problem)
    {
        ConfigLoadResult loaded = ConfigLoader.LoadText(
            System.Text.Encoding.UTF8.GetBytes(ProxyWorld.Http(
                listener: $$""", "stream_filters": [{"type": "transcoder", "config": {{config}} }]""")),
            ConfigFormat.Json,
            "m.json",
            Extensions.BuiltIn().ReadOptions);
        ConfigProblem told = Assert.Single(
            loaded.Problems, static told => told.Path.Contains("stream_filters", StringComparison.Ordinal));
        Assert.Contains($"stream_filters[0].{problem}", ConfigProblemText.Format(told), StringComparison.Ordinal);
    }
}
