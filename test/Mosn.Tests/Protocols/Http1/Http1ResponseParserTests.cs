using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

public class Http1ResponseParserTests
{
    public static TheoryData<string> Sound =>
    [
        "HTTP/1.1 200 OK\r\nServer: x\r\nDate: Mon, 23 Nov 2026 19:14:11 GMT\r\nContent-Length: 3\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 \r\n\r\n",
        "HTTP/1.1 599\r\nA:b\r\n\r\n",
        "HTTP/1.0 404 Not Found \u00E9\tat all\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void Every_split_gives_the_same_head_as_the_whole(string message)
    {
        byte[] bytes = Bytes(message + "abc");
        ResponseHead whole = new();
        ResponseHead head = new();
        Http1ParseResult expected = Parse(bytes, 0, whole);
        Assert.Equal(Http1ParseResult.Complete(message.Length), expected);
        for (int first = 0; first < message.Length; first++)
        {
            Assert.Equal(Http1ParseResult.NeedMore, Parse(bytes.AsSpan(0, first), Math.Max(0, first - 1), head));
            Assert.Equal(expected, Parse(bytes, first, head));
            Assert.Equal(Describe(whole), Describe(head));
        }
    }

    [Theory]
    [InlineData("200 OK\r\nContent-Length: 3", RequestMethodHint.Other, BodyFraming.Length, 3, true)]
    [InlineData("200 OK\r\nContent-Length: 3", RequestMethodHint.Head, BodyFraming.None, 3, true)]
    [InlineData("200 OK\r\nTransfer-Encoding: chunked", RequestMethodHint.Other, BodyFraming.Chunked, -1, true)]
    [InlineData("200 OK\r\nTransfer-Encoding: chunked", RequestMethodHint.Head, BodyFraming.None, -1, true)]
    [InlineData("200 OK\r\nX: y", RequestMethodHint.Other, BodyFraming.UntilClose, -1, false)]
    [InlineData("200 OK\r\nX: y", RequestMethodHint.Head, BodyFraming.None, -1, true)]
    [InlineData("304 X\r\nContent-Length: 9", RequestMethodHint.Other, BodyFraming.None, 9, true)]
    [InlineData("204 X\r\nContent-Length: 0", RequestMethodHint.Other, BodyFraming.None, -1, true)]
    [InlineData("204 X\r\nConnection: close", RequestMethodHint.Other, BodyFraming.None, -1, false)]
    [InlineData("200 X\r\nContent-Length: 9", RequestMethodHint.Connect, BodyFraming.None, -1, true)]
    [InlineData("407 X\r\nContent-Length: 9", RequestMethodHint.Connect, BodyFraming.Length, 9, true)]
    [InlineData("103 X\r\nLink: y", RequestMethodHint.Other, BodyFraming.None, -1, true)]
    public void The_body_is_delimited_as_status_method_and_fields_say(
        string text, RequestMethodHint method, BodyFraming framing, long length, bool keep)
    {
        Http1ParseResult result = ParseResponse($"HTTP/1.1 {text}\r\n\r\n", out ResponseHead head, method);
        Assert.Equal(DecodeStatus.Complete, result.Status);
        Assert.Equal((framing, length, keep), (head.Framing, head.ContentLength, head.KeepAlive));
    }

    [Fact]
    public void Interim_responses_are_read_one_after_the_other()
    {
        byte[] bytes = Bytes(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        ResponseHead head = new();
        int position = 0;
        List<(int, bool)> seen = [];
        while (position < bytes.Length)
        {
            position += Parse(bytes.AsSpan(position), 0, head).Length;
            seen.Add((head.Status, head.IsInterim));
        }
        Assert.Equal([(100, true), (103, true), (200, false)], seen);
    }

    [Fact]
    public void Parsing_does_not_allocate_once_warm()
    {
        byte[] bytes = Bytes("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n");
        ResponseHead head = new();
        Parse(bytes, 0, head);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Parse(bytes, 0, head);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Http1ParseResult Parse(ReadOnlySpan<byte> input, int scanned, ResponseHead head) =>
        Http1ResponseParser.Parse(input, scanned, Http1Limits.Default, RequestMethodHint.Other, head);
}
