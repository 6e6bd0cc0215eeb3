using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Expressions;

public class RequestFunctionsTests
{
    [Theory]
    [InlineData("/new", "/new", "old=1")]
    [InlineData("new", "/new", "old=1")]
    [InlineData("/new?a=b", "/new", "a=b")]
    [InlineData("/new?", "/new", "")]
    [InlineData("/a b/é", "/a%20b/%C3%A9", "old=1")]
    [InlineData("/a%20b/100%", "/a%20b/100%25", "old=1")]
    [InlineData("/a#b?c d#e", "/a%23b", "c%20d%23e")]
    [InlineData("?a", "/", "a")]
    public void A_url_becomes_path_and_query(string url, string path, string query)
    {
        StreamContext stream = Evaluating.Request("GET /old?old=1 HTTP/1.1\nHost: a");
        Assert.Equal("true", Evaluating.Text($"ctx.rewrite_request_url(\"{url}\")", stream));
        Assert.Equal(path, Encoding.UTF8.GetString(stream.Request.Path));
        Assert.Equal(query, Encoding.UTF8.GetString(stream.Request.Query));
        Assert.Equal("/old?old=1", Encoding.UTF8.GetString(stream.Request.Target));
    }

    [Theory]
    [InlineData("/a\\r\\nX: y")]
    [InlineData("/a\\x00")]
    public void A_url_with_control_bytes_is_refused(string url)
    {
        StreamContext stream = Evaluating.Request("GET /old HTTP/1.1\nHost: a");
        Assert.Equal("false", Evaluating.Text($"ctx.rewrite_request_url(\"{url}\")", stream));
        Assert.Equal("/old", Encoding.UTF8.GetString(stream.Request.Path));
    }

    [Fact]
    public void Adding_a_header_replaces_those_of_its_name()
    {
        StreamContext stream = Evaluating.Request("GET / HTTP/1.1\nHost: a\nx-a: 1\nX-A: 2");
        Assert.Equal("true", Evaluating.Text("ctx.add_request_header(\"X-A\", \"3\")", stream));
        Assert.Equal("3", Evaluating.Text("request.headers[\"x-a\"]", stream));
        Assert.Equal(2, stream.Request.Headers.Count);
    }

    [Theory]
    [InlineData("ctx.add_request_header(\"x-a\", \"1\\r\\nx-b: 2\")")]
    [InlineData("ctx.add_request_header(\"x a\", \"1\")")]
    [InlineData("ctx.add_request_header(\"\", \"1\")")]
    [InlineData("ctx.add_request_header(\"Host\", \"b\")")]
    [InlineData("ctx.add_request_header(\"Content-Length\", \"1\")")]
    [InlineData("ctx.add_request_header(\"transfer-encoding\", \"chunked\")")]
    [InlineData("ctx.del_request_header(\"host\")")]
    [InlineData("ctx.add_response_header(\"a\", \"b\")")]
    [InlineData("ctx.del_response_header(\"a\")")]
    public void What_would_make_another_message_of_it_is_not_done(string source)
    {
        StreamContext stream = Evaluating.Request("GET / HTTP/1.1\nHost: a");
        Assert.Equal("false", Evaluating.Text(source, stream));
        Assert.Equal("Host: a", Assert.Single(Lines(stream.Request.Headers)));
    }

    [Fact]
    public void Headers_of_both_sides_can_be_changed()
    {
        StreamContext stream = Evaluating.Request("GET / HTTP/1.1\nHost: a\nx-a: 1");
        stream.Response = new ResponseHead();
        stream.Response.Headers.Add("x-c"u8, "3"u8);
        string source = """
            ctx.del_request_header("x-a") && ctx.add_request_header("x-b", request.host + "!")
                && ctx.del_response_header("x-c") && ctx.add_response_header("x-d", "4")
            """;

        Assert.Equal(EvaluationFault.None, Evaluating.Action(source).Run(stream));
        Assert.Equal(["Host: a", "x-b: a!"], Lines(stream.Request.Headers));
        Assert.Equal(["x-d: 4"], Lines(stream.Response.Headers));
    }

    [Fact]
    public void Only_the_chosen_side_of_a_condition_acts()
    {
        StreamContext stream = Evaluating.Request("GET / HTTP/1.1\nHost: dsl\ndsl: dsl");
        string source = """
            conditional((request.host == "dsl") && (request.headers["dsl"] == "dsl"),
                ctx.rewrite_request_url(string(0)), ctx.rewrite_request_url("/xxx0"))
            """;

        Assert.Equal(EvaluationFault.None, Evaluating.Action(source).Run(stream));
        Assert.Equal("/0", Encoding.UTF8.GetString(stream.Request.Path));
    }

    [Fact]
    public void A_header_can_be_set_to_its_own_value()
    {
        StreamContext stream = Evaluating.Request($"GET / HTTP/1.1\nHost: a\nx-a: {new string('v', 900)}");
        for (int i = 0; i < 10; i++)
        {
            Evaluating.Action("ctx.add_request_header(\"x-b\" , request.headers[\"x-a\"])").Run(stream);
        }
        Assert.True(Evaluating.Compile("request.headers[\"x-b\"] == request.headers[\"x-a\"]").IsTrue(stream));
    }

    private static string[] Lines(HeaderBlock headers) =>
    [
        .. Enumerable.Range(0, headers.Count).Select(
            i => $"{Encoding.UTF8.GetString(headers.Name(i))}: {Encoding.UTF8.GetString(headers.Value(i))}"),
    ];
}
