using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;
using Mosn.Tests.Protocols.Http1;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>A head is neutral: what was read from one protocol is written in the other (RFC 9113 section 8).</summary>
public class Http2ConversionTests
{
    [Fact]
    public void A_request_of_HTTP1_becomes_one_of_HTTP2() => Assert.Equal(
        [
            ":method: POST", ":scheme: https", ":authority: a.example:8080", ":path: /p?q=1", "user-agent: U", "x-mixed: 1",
            "te: trailers", "content-length: 5",
        ],
        FromHttp1(
            "POST /p?q=1 HTTP/1.1\r\nUser-Agent: U\r\nHost: a.example:8080\r\nContent-Length: 5\r\nX-Mixed: 1\r\n"
            + "Connection: keep-alive, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers, gzip\r\nUpgrade: h2c\r\n\r\n"));

    [Fact]
    public void What_concerns_one_connection_is_left_out_even_if_nobody_has_stripped_it()
    {
        Http1Text.ParseRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nKeep-Alive: 5\r\nProxy-Connection: close\r\n"
            + "Transfer-Encoding: chunked\r\nUpgrade: x\r\nTE: gzip\r\n\r\n",
            out RequestHead head);
        Assert.Equal(
            [":method: GET", ":scheme: http", ":authority: a", ":path: /"],
            Decode(new HpackDecoder(), Write(new HpackEncoder(), head)));
    }

    [Theory]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ":method: OPTIONS|:scheme: https|:authority: a|:path: *")]
    [InlineData("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", ":method: GET|:scheme: http|:authority: b|:path: /")]
    [InlineData("GET HTTP://b?x HTTP/1.1\r\nHost: a\r\n\r\n", ":method: GET|:scheme: http|:authority: b|:path: /?x")]
    [InlineData("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", ":method: CONNECT|:authority: a:443")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", ":method: GET|:scheme: https|:path: /")]
    [InlineData("PURGE /? HTTP/1.1\r\nHost: \r\n\r\n", ":method: PURGE|:scheme: https|:path: /?")]
    [InlineData(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-a\r\nExpect: 100-continue\r\n\r\n",
        ":method: POST|:scheme: https|:authority: a|:path: /|trailer: x-a|expect: 100-continue")]
    public void Each_form_of_a_target_becomes_control_data(string request, string fields) =>
        Assert.Equal(fields.Split('|'), FromHttp1(request));

    [Theory]
    [InlineData("/new", null, "/new")]
    [InlineData("/new", "b=2", "/new?b=2")]
    [InlineData(null, "b=2", "/p?b=2")]
    [InlineData("/new", "", "/new?")]
    public void A_target_that_was_rewritten_goes_out_as_it_is_now(string? path, string? query, string target)
    {
        Http1Text.ParseRequest("GET /p?q=1 HTTP/1.1\r\nHost: a\r\n\r\n", out RequestHead head);
        head.RemoveQuery();
        if (path != null)
        {
            head.SetPath(Bytes(path));
        }
        if (query != null)
        {
            head.SetQuery(Bytes(query));
        }
        Assert.Equal($":path: {target}", Decode(new HpackDecoder(), Write(new HpackEncoder(), head))[^1]);
    }

    [Fact]
    public void A_request_of_HTTP2_becomes_one_of_HTTP1()
    {
        ReadRequest(
            out RequestHead head, endStream: false,
            (":method", "POST"), (":scheme", "https"), (":path", "/p?q"), (":authority", "a"), ("user-agent", "U"),
            ("cookie", "a=1"), ("cookie", "b=2"), ("te", "trailers"));
        Http1Hops.Strip(head.Headers);
        Assert.Equal(
            "POST /p?q HTTP/1.1\r\nHost: a\r\nuser-agent: U\r\ncookie: a=1; b=2\r\nTE: trailers\r\n"
            + "Transfer-Encoding: chunked\r\nConnection: te\r\n\r\n",
            Http1Text.Write(head));
    }

    [Theory]
    [InlineData(false, "5", "Host: a\r\ncontent-length: 5\r\n")]
    [InlineData(true, "0", "Host: a\r\ncontent-length: 0\r\n")]
    [InlineData(true, "", "Host: a\r\n")]
    public void The_length_of_a_body_is_said_as_it_is_known(bool endStream, string length, string fields)
    {
        (string Name, string Value)[] request = [(":method", "PUT"), (":scheme", "http"), (":path", "/"), (":authority", "a")];
        ReadRequest(out RequestHead head, endStream, length.Length == 0 ? request : [.. request, ("content-length", length)]);
        Assert.Equal($"PUT / HTTP/1.1\r\n{fields}\r\n", Http1Text.Write(head));
    }

    [Fact]
    public void Connect_of_HTTP2_becomes_connect_of_HTTP1()
    {
        ReadRequest(out RequestHead head, endStream: false, (":method", "CONNECT"), (":authority", "a:443"));
        Assert.Equal("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", Http1Text.Write(head));
    }

    [Fact]
    public void Extended_connect_goes_on_as_it_came()
    {
        (string Name, string Value)[] fields =
        [
            (":method", "CONNECT"), (":scheme", "https"), (":authority", "a"), (":path", "/chat"), (":protocol", "websocket"),
            ("sec-websocket-version", "13"),
        ];
        ReadRequest(out RequestHead head, endStream: false, fields);
        RequestHead copy = new();
        head.CopyTo(copy);
        Assert.Equal(
            fields.Select(static field => $"{field.Name}: {field.Value}"),
            Decode(new HpackDecoder(), Write(new HpackEncoder(), copy)));
    }

    [Theory]
    [InlineData(
        "HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", RequestMethodHint.Other,
        ":status: 200|server: s|content-length: 5")]
    [InlineData(
        "HTTP/1.1 206 Partial\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n", RequestMethodHint.Other,
        ":status: 206|set-cookie: a (never)|set-cookie: b (never)")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", RequestMethodHint.Head, ":status: 200|content-length: 5")]
    [InlineData("HTTP/1.1 304 \r\nContent-Length: 5\r\n\r\n", RequestMethodHint.Other, ":status: 304|content-length: 5")]
    [InlineData("HTTP/1.1 204 \r\nContent-Length: 0\r\n\r\n", RequestMethodHint.Other, ":status: 204")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n", RequestMethodHint.Other, ":status: 103|link: l")]
    [InlineData("HTTP/1.0 302 Found\r\nLocation: /x\r\n\r\n", RequestMethodHint.Other, ":status: 302|location: /x")]
    public void A_response_of_HTTP1_becomes_one_of_HTTP2(string response, RequestMethodHint method, string fields)
    {
        Assert.Equal(
            DecodeStatus.Complete, Http1Text.ParseResponse(response, out ResponseHead head, method).Status);
        Http1Hops.Strip(head.Headers);
        Assert.Equal(fields.Split('|'), Decode(new HpackDecoder(), Write(new HpackEncoder(), head)));
    }

    [Theory]
    [InlineData("200", false, RequestMethodHint.Other, "", "HTTP/1.1 200 OK\r\nserver: s\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("200", true, RequestMethodHint.Other, "", "HTTP/1.1 200 OK\r\nserver: s\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("200", false, RequestMethodHint.Other, "5", "HTTP/1.1 200 OK\r\nserver: s\r\ncontent-length: 5\r\n\r\n")]
    [InlineData("200", true, RequestMethodHint.Head, "5", "HTTP/1.1 200 OK\r\nserver: s\r\ncontent-length: 5\r\n\r\n")]
    [InlineData("204", true, RequestMethodHint.Other, "5", "HTTP/1.1 204 No Content\r\nserver: s\r\n\r\n")]
    [InlineData("304", true, RequestMethodHint.Other, "5", "HTTP/1.1 304 Not Modified\r\nserver: s\r\ncontent-length: 5\r\n\r\n")]
    [InlineData("103", false, RequestMethodHint.Other, "", "HTTP/1.1 103 Early Hints\r\nserver: s\r\n\r\n")]
    public void A_response_of_HTTP2_becomes_one_of_HTTP1(
        string status, bool endStream, RequestMethodHint method, string length, string expected)
    {
        (string Name, string Value)[] fields = [(":status", status), ("server", "s")];
        Assert.Equal(
            Http2HeadStatus.Complete,
            ReadResponse(
                out ResponseHead head, endStream, method,
                length.Length == 0 ? fields : [.. fields, ("content-length", length)]));
        Assert.Equal(expected, Http1Text.Write(head));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(100)]
    public void A_response_that_has_no_body_by_its_status_has_no_length(int status)
    {
        ResponseHead head = new();
        head.SetStatus(status);
        head.SetFraming(BodyFraming.Length, 0);
        Assert.Equal([$":status: {status}"], Decode(new HpackDecoder(), Write(new HpackEncoder(), head)));
    }

    [Fact]
    public void Trailers_go_both_ways()
    {
        HeaderBlock trailers = new();
        trailers.Add("Grpc-Status"u8, "0"u8);
        trailers.Add("X-Sum"u8, "1"u8);
        HeaderBlock read = new();
        byte[] block = Write(new HpackEncoder(), trailers);
        Assert.Equal(
            Http2HeadStatus.Complete, Http2HeadReader.ReadTrailers(new HpackDecoder(), block, Http2HeadLimits.Default, read));
        Assert.Equal("grpc-status: 0\nx-sum: 1", Lines(read));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /p?q=1 HTTP/1.0\r\nTE: trailers\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("GET https://b?x HTTP/1.1\r\nHost: a\r\nTE: gzip\r\n\r\n")]
    [InlineData("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 12345\r\nX-A: 1\r\nX-A: \r\n\r\n")]
    public void A_request_fits_a_list_as_large_as_itself(string request) // RFC 9113 section 6.5.2.
    {
        Http1Text.ParseRequest(request, out RequestHead head);
        uint size = ListSize(Write(new HpackEncoder(), head));
        Assert.Equal((false, true), (Http2HeadWriter.Fits(head, size - 1), Http2HeadWriter.Fits(head, size)));
        Assert.True(Http2HeadWriter.Fits(head, uint.MaxValue));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: s\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n")]
    public void A_response_fits_a_list_as_large_as_itself(string response) // RFC 9113 section 6.5.2.
    {
        Http1Text.ParseResponse(response, out ResponseHead head, RequestMethodHint.Other);
        uint size = ListSize(Write(new HpackEncoder(), head));
        Assert.Equal((false, true), (Http2HeadWriter.Fits(head, size - 1), Http2HeadWriter.Fits(head, size)));
    }

    [Fact]
    public void Trailers_fit_a_list_as_large_as_themselves() // RFC 9113 section 6.5.2.
    {
        HeaderBlock trailers = new();
        trailers.Add("Grpc-Status"u8, "0"u8);
        trailers.Add("X-Sum"u8, "1"u8);
        uint size = ListSize(Write(new HpackEncoder(), trailers));
        Assert.Equal((false, true), (Http2HeadWriter.Fits(trailers, size - 1), Http2HeadWriter.Fits(trailers, size)));
    }

    private static uint ListSize(byte[] block) =>
        (uint)Decode(new HpackDecoder(), block).Sum(static field => field.Length - ": ".Length + 32);

    private static string[] FromHttp1(string request)
    {
        Assert.Equal(DecodeStatus.Complete, Http1Text.ParseRequest(request, out RequestHead head).Status);
        Http1Hops.Strip(head.Headers);
        return Decode(new HpackDecoder(), Write(new HpackEncoder(), head, "https"));
    }
}
