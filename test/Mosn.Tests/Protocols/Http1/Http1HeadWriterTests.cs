using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

public class Http1HeadWriterTests
{
    [Fact]
    public void An_untouched_head_goes_out_as_it_came_in()
    {
        ParseRequest(Http1RequestParserTests.Browser, out RequestHead head);
        Http1Hops.Strip(head.Headers);
        Assert.Equal(Http1RequestParserTests.Browser, Write(head));
    }

    [Theory]
    [InlineData("GET http://b/p?q HTTP/1.1\r\nX: y\r\nHOST: a\r\n\r\n", "GET /p?q HTTP/1.1\r\nX: y\r\nHost: b\r\n\r\n")]
    [InlineData("GET http://b? HTTP/1.0\r\nX:y\r\n\r\n", "GET /? HTTP/1.1\r\nHost: b\r\nX: y\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: \r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n")]
    [InlineData("CONNECT b:1 HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n")]
    [InlineData(
        "POST / HTTP/1.1\r\nA:b\r\nHost: a\r\nC: \t d \t\r\nContent-Length: 5\r\nE:\r\n\r\n",
        "POST / HTTP/1.1\r\nA: b\r\nHost: a\r\nC: d\r\nContent-Length: 5\r\nE: \r\n\r\n")]
    [InlineData(
        "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: CHUNKED\r\nX: y\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData(
        "GET / HTTP/1.1\r\nConnection: x-a, close\r\nHost: a\r\nX-A: 1\r\nKeep-Alive: 5\r\nx-a: 2\r\nX-B: 3\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-B: 3\r\n\r\n")]
    public void A_request_goes_out_in_origin_form_with_one_host_and_one_framing(string received, string sent)
    {
        Assert.Equal(DecodeStatus.Complete, ParseRequest(received, out RequestHead head).Status);
        Http1Hops.Strip(head.Headers);
        Assert.Equal(sent, Write(head));
    }

    [Fact]
    public void Rewrites_change_what_they_name_and_nothing_else()
    {
        ParseRequest("GET /a?b HTTP/1.1\r\nX: 1\r\nHost: a\r\nY: 2\r\n\r\n", out RequestHead head);
        head.SetMethod("POST"u8);
        head.SetPath("/c/d"u8);
        head.SetQuery("e=f"u8);
        head.SetAuthority("z:8080"u8);
        head.SetFraming(BodyFraming.Length, 12);
        head.Headers.Set("x"u8, "long enough to move"u8);
        head.Headers.Add("New"u8, " n "u8);
        Assert.Equal(
            "POST /c/d?e=f HTTP/1.1\r\nx: long enough to move\r\nHost: z:8080\r\nY: 2\r\nNew: n\r\n"
            + "Content-Length: 12\r\n\r\n",
            Write(head));
        Assert.Equal("/a?b", Text(head.Target));
        head.RemoveQuery();
        head.SetFraming(BodyFraming.None);
        Assert.StartsWith("POST /c/d HTTP/1.1\r\n", Write(head), StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", Write(head), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_become_another_field_or_line_cannot_be_set()
    {
        RequestHead head = new();
        foreach (string bad in (string[])["a\r\nb", "a\nb", "a\rb", "a\0b", "a\u007fb"])
        {
            Assert.False(head.Headers.TryAdd("X"u8, Bytes(bad)));
            Assert.False(head.Headers.TrySet("X"u8, Bytes(bad)));
            Assert.False(head.Headers.TryAdd(Bytes(bad), "x"u8));
            Assert.False(head.TrySetPath(Bytes("/" + bad)));
            Assert.False(head.TrySetQuery(Bytes(bad)));
            Assert.False(head.TrySetAuthority(Bytes(bad)));
        }
        Assert.False(head.Headers.TryAdd(""u8, "x"u8));
        Assert.False(head.Headers.TryAdd("X Y"u8, "x"u8));
        foreach (string bad in (string[])["", "a", "/a b", "/a?b", "/a#b", "/\u00e9"])
        {
            Assert.False(head.TrySetPath(Bytes(bad)));
        }
        Assert.Equal(0, head.Headers.Count);
    }

    [Theory]
    [InlineData(BodyFraming.Length, 7, "Content-Length: 7\r\n", "7")]
    [InlineData(BodyFraming.Length, 7, "X: y\r\nContent-Length: 7\r\n", "8")]
    [InlineData(BodyFraming.Chunked, -1, "X: y\r\nTransfer-Encoding: chunked\r\n", "7")]
    [InlineData(BodyFraming.UntilClose, -1, "X: y\r\nConnection: close\r\n", "7")]
    [InlineData(BodyFraming.None, 9, "X: y\r\nContent-Length: 9\r\n", "7")]
    public void Framing_is_written_once_whatever_the_block_says(
        BodyFraming framing, long length, string expected, string stale)
    {
        ResponseHead head = new();
        head.SetStatus(200);
        if (!expected.StartsWith("Content", StringComparison.Ordinal))
        {
            head.Headers.Add("X"u8, "y"u8);
        }
        head.Headers.Add(KnownHeader.ContentLength, Bytes(stale));
        head.Headers.Add(KnownHeader.ContentLength, Bytes(stale));
        head.Headers.Add(KnownHeader.TransferEncoding, "gzip"u8);
        head.Headers.Add(KnownHeader.Connection, "nonsense"u8);
        head.SetFraming(framing, length);
        Assert.Equal("HTTP/1.1 200 OK\r\n" + expected + "\r\n", Write(head));
    }

    [Fact]
    public void Connection_says_what_the_options_say()
    {
        ResponseHead head = new();
        head.SetStatus(101, "Go"u8);
        head.Headers.Add(KnownHeader.Upgrade, "websocket"u8);
        Assert.Equal("HTTP/1.1 101 Go\r\n\r\n", Write(head));
        Assert.Equal("HTTP/1.1 101 Go\r\n\r\n", Write(head, new Http1WriteOptions(Upgrade: false)));
        Assert.Equal(
            "HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            Write(head, new Http1WriteOptions(Upgrade: true)));
        Assert.Equal("HTTP/1.1 101 Go\r\nConnection: close\r\n\r\n", Write(head, new Http1WriteOptions(Close: true)));
        Assert.Equal(
            "HTTP/1.0 101 Go\r\nConnection: keep-alive\r\n\r\n",
            Write(head, new Http1WriteOptions(KeepAliveToken: true, Version: HttpVersion.Http10)));
        head.Headers.Add(KnownHeader.Te, "trailers"u8);
        Assert.EndsWith(
            "TE: trailers\r\nConnection: close, upgrade, te\r\n\r\n",
            Write(head, new Http1WriteOptions(Close: true, Upgrade: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_that_cannot_have_a_body_declares_none()
    {
        ParseResponse("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", out ResponseHead head);
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", Write(head));
        ParseResponse(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", out head, RequestMethodHint.Head);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Write(head));
    }

    [Fact]
    public void A_local_reply_parses_to_what_was_asked_for()
    {
        byte[] room = new byte[Http1Reply.MaxLength("text/plain"u8, "sorry"u8)];
        int length = Http1Reply.Write(503, "text/plain"u8, "sorry"u8, new Http1WriteOptions(Close: true), room);
        Assert.Equal(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            + "Connection: close\r\n\r\nsorry",
            Text(room.AsSpan(0, length)));
        length = Http1Reply.Write(404, default, default, default, room);
        Assert.Equal("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", Text(room.AsSpan(0, length)));
    }

    [Fact]
    public void Stripping_and_writing_do_not_allocate_once_warm()
    {
        byte[] bytes = Bytes(
            "GET / HTTP/1.1\r\nConnection: x-a, keep-alive\r\nHost: a\r\nX-A: 1\r\nTE: gzip, trailers\r\nX:y\r\n\r\n");
        RequestHead head = new();
        byte[] room = new byte[1024];
        Turn();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Turn();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Turn()
        {
            Http1RequestParser.Parse(bytes, 0, Http1Limits.Default, head);
            Http1Hops.Strip(head.Headers);
            head.Headers.Set("X-New"u8, "1"u8);
            Http1HeadWriter.Write(head, default, room);
        }
    }
}
