using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

public class Http1RequestParserTests
{
    internal const string Browser =
        "GET /catalogue/books?page=2&sort=price HTTP/1.1\r\n"
        + "Host: shop.example.com\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
        + "Accept-Language: en-US,en;q=0.5\r\n"
        + "Accept-Encoding: gzip, deflate, br\r\n"
        + "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
        + "Referer: http://shop.example.com/catalogue\r\n"
        + "X-Request-ID: 7f1c3c1e-6c1b-4f0e-9f0e-0a1b2c3d4e5f\r\n"
        + "X-Forwarded-For: 203.0.113.7\r\n"
        + "Cache-Control: max-age=0\r\n"
        + "If-None-Match: \"abc123\"\r\n"
        + "\r\n";

    public static TheoryData<string> Sound =>
    [
        Browser,
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /x HTTP/1.1\r\nhost:a:80\r\nContent-Length:  11 \t\r\nConnection: close, X-A\r\nX-A:\r\nX-B: \r\n\r\n",
        "PUT /x HTTP/1.1\r\nHost: [::1]:8080\r\ntransfer-encoding: ChunkeD\r\nExpect: 100-Continue\r\n\r\n",
        "GET http://b.example:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://b.example?q HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "M-SEARCH /caf%C3%A9? HTTP/1.1\r\nHost:\r\nX: \u0080\u00FF\t.\r\n\r\n",
    ];

    [Fact]
    public void A_browsers_request_is_taken_apart()
    {
        Http1ParseResult result = ParseRequest(Browser, out RequestHead head);

        Assert.Equal(Http1ParseResult.Complete(Browser.Length), result);
        Assert.Equal(KnownMethod.Get, head.KnownMethod);
        Assert.Equal("/catalogue/books?page=2&sort=price", Text(head.Target));
        Assert.Equal("/catalogue/books", Text(head.Path));
        Assert.Equal("page=2&sort=price", Text(head.Query));
        Assert.Equal("shop.example.com", Text(head.Authority));
        Assert.Equal(11, head.Headers.Count);
        Assert.True(head.KeepAlive);
        Assert.Equal(BodyFraming.None, head.Framing);
        Assert.True(head.Headers.TryGet("x-request-id"u8, out ReadOnlySpan<byte> id));
        Assert.Equal("7f1c3c1e-6c1b-4f0e-9f0e-0a1b2c3d4e5f", Text(id));
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Every_split_gives_the_same_head_as_the_whole(string message)
    {
        byte[] bytes = Bytes(message + "GET /next HTTP/1.1\r\n");
        RequestHead whole = new();
        Http1ParseResult expected = Http1RequestParser.Parse(bytes, 0, Http1Limits.Default, whole);
        Assert.Equal(Http1ParseResult.Complete(message.Length), expected);

        RequestHead head = new();
        for (int first = 0; first < message.Length; first++)
        {
            Http1ParseResult part = Http1RequestParser.Parse(bytes.AsSpan(0, first), 0, Http1Limits.Default, head);
            Assert.Equal(Http1ParseResult.NeedMore, part);
            Assert.Equal(expected, Http1RequestParser.Parse(bytes, first, Http1Limits.Default, head));
            Assert.Equal(Describe(whole), Describe(head));
        }
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Bytes_one_by_one_give_the_same_head_as_the_whole(string message)
    {
        byte[] bytes = Bytes(message);
        ParseRequest(message, out RequestHead whole);
        RequestHead head = new();
        for (int length = 0; length < message.Length; length++)
        {
            int scanned = Math.Max(0, length - 1);
            Assert.Equal(
                Http1ParseResult.NeedMore,
                Http1RequestParser.Parse(bytes.AsSpan(0, length), scanned, Http1Limits.Default, head));
        }
        Assert.Equal(
            Http1ParseResult.Complete(message.Length),
            Http1RequestParser.Parse(bytes, message.Length - 1, Http1Limits.Default, head));
        Assert.Equal(Describe(whole), Describe(head));
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n", BodyFraming.Length, 12, true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", BodyFraming.Length, 0, true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", BodyFraming.Chunked, -1, true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nConnection: x,,CLOSE\r\n\r\n", BodyFraming.None, -1, false)]
    [InlineData("POST / HTTP/1.0\r\nContent-Length: 7\r\n\r\n", BodyFraming.Length, 7, false)]
    [InlineData("POST / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", BodyFraming.None, -1, true)]
    [InlineData("POST / HTTP/1.0\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", BodyFraming.None, -1, false)]
    public void Framing_and_persistence_follow_the_head(string message, BodyFraming framing, long length, bool keep)
    {
        Assert.Equal(DecodeStatus.Complete, ParseRequest(message, out RequestHead head).Status);
        Assert.Equal((framing, length, keep), (head.Framing, head.ContentLength, head.KeepAlive));
    }

    [Theory]
    [InlineData("GET http://B.example:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n", "http", "B.example:81", "/p", "q")]
    [InlineData("GET https://b?q HTTP/1.1\r\nHost: a\r\n\r\n", "https", "b", "/", "q")]
    [InlineData("GET http://b HTTP/1.0\r\n\r\n", "http", "b", "/", null)]
    [InlineData("OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n", "http", "b", "*", null)]
    [InlineData("OPTIONS http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", "http", "b", "/", null)]
    [InlineData("CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n", "", "b:443", "", null)]
    [InlineData("GET /?? HTTP/1.1\r\nHost: a\r\n\r\n", "", "a", "/", "?")]
    [InlineData("GET //x//y HTTP/1.1\r\nHost: a\r\n\r\n", "", "a", "//x//y", null)]
    public void The_target_wins_over_host(string message, string scheme, string authority, string path, string? query)
    {
        Assert.Equal(DecodeStatus.Complete, ParseRequest(message, out RequestHead head).Status);
        Assert.Equal(
            (scheme, authority, path, query),
            (Text(head.Scheme), Text(head.Authority), Text(head.Path), head.HasQuery ? Text(head.Query) : null));
        Assert.Equal(1, head.Headers.Remove(KnownHeader.Host));
    }

    [Fact]
    public void A_head_is_used_again_without_a_trace_of_the_last_one()
    {
        RequestHead head = new();
        byte[] first = Bytes(
            "POST http://b/p?q HTTP/1.0\r\nA: b\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        byte[] second = Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Http1RequestParser.Parse(first, 0, Http1Limits.Default, head);
        Http1RequestParser.Parse(second, 0, Http1Limits.Default, head);
        ParseRequest(Text(second), out RequestHead fresh);
        Assert.Equal(Describe(fresh), Describe(head));
    }

    [Fact]
    public void Parsing_does_not_allocate_once_warm()
    {
        byte[] bytes = Bytes(Browser);
        Http1Limits limits = Http1Limits.Default;
        RequestHead head = new();
        Http1RequestParser.Parse(bytes, 0, limits, head);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Http1RequestParser.Parse(bytes, 0, limits, head);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
