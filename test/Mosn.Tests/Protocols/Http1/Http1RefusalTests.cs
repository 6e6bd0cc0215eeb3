using System.Globalization;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

/// <summary>What is never let through, on either side, and how the client hears of it.</summary>
public class Http1RefusalTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    public static TheoryData<string, Http1Error, int> BadRequests => new()
    {
        // Two framings, or one that can be read in two ways.
        { Post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.ConflictingFraming, 400 },
        { Post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", Http1Error.ConflictingFraming, 400 },
        { Post + "Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\n", Http1Error.ConflictingFraming, 400 },
        { Post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\n", Http1Error.DuplicateContentLength, 400 },
        { Post + "Content-Length: 4\r\ncontent-length: 4\r\n\r\n", Http1Error.DuplicateContentLength, 400 },
        { Post + "Content-Length: 4, 4\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: 4,5\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: +4\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: -4\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: 0x4\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: 4 4\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length:\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: 4\u0085\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: 9999999999999999999\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Content-Length: 18446744073709551620\r\n\r\n", Http1Error.BadContentLength, 400 },
        { Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            Http1Error.DuplicateTransferEncoding, 400 },
        { Post + "Transfer-Encoding: chunked\r\nTRANSFER-ENCODING: x\r\n\r\n",
            Http1Error.DuplicateTransferEncoding, 400 },
        { Post + "Transfer-Encoding: xchunked\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: gzip, chunked\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: chunked, identity\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: chunked,\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: chunked;q=1\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: \"chunked\"\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: \u0085chunked\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: chunked\u00A0\r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: \r\n\r\n", Http1Error.UnknownTransferCoding, 501 },
        { Post + "Transfer-Encoding: \u000Bchunked\r\n\r\n", Http1Error.ControlByte, 400 },
        { Post + "Transfer-Encoding: chunked\0\r\n\r\n", Http1Error.ControlByte, 400 },
        { Post + "Transfer-Encoding : chunked\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "Transfer-Encoding\t: chunked\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "\0Transfer-Encoding: chunked\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "Transfer-Encoding\u0085: chunked\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "Transfer-Encoding:\r\n chunked\r\n\r\n", Http1Error.ObsoleteFold, 400 },
        { Post + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n", Http1Error.ObsoleteFold, 400 },
        { Post + "X: y\r\n\tz\r\n\r\n", Http1Error.ObsoleteFold, 400 },
        { Post + "X: y\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.BareLineFeed, 400 },
        { Post + "X: y\rTransfer-Encoding: chunked\r\n\r\n", Http1Error.BareCarriageReturn, 400 },
        { Post + "X: y\r\r\n\r\n", Http1Error.BareCarriageReturn, 400 },
        { Post + "X: y\r\n\rX: z\r\n\r\n", Http1Error.BareCarriageReturn, 400 },
        { Post + "X: y\r\n\n", Http1Error.BareLineFeed, 400 },
        { "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.UnexpectedFraming, 400 },
        { "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", Http1Error.UnexpectedFraming, 400 },
        { "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.UnexpectedFraming, 400 },

        // Names and values.
        { Post + "\r: y\r\n\r\n", Http1Error.BareCarriageReturn, 400 },
        { Post + ": y\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "X\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "X Y: z\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "X(: z\r\n\r\n", Http1Error.BadHeaderName, 400 },
        { Post + "X: a\u007F\r\n\r\n", Http1Error.ControlByte, 400 },
        { Post + "X: a\0b\r\n\r\n", Http1Error.ControlByte, 400 },
        { Post + "X: a\u001Bb\r\n\r\n", Http1Error.ControlByte, 400 },
        { Post + "Expect: 200-ok\r\n\r\n", Http1Error.UnknownExpectation, 417 },
        { Post + "Expect: 100-continue\r\nExpect: 200-ok\r\n\r\n", Http1Error.UnknownExpectation, 417 },
        { "GET / HTTP/1.1\r\n Host: a\r\n\r\n", Http1Error.BadHeaderName, 400 },

        // Whom it is for.
        { "GET / HTTP/1.1\r\n\r\n", Http1Error.MissingHost, 400 },
        { "GET http://a/ HTTP/1.1\r\n\r\n", Http1Error.MissingHost, 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Http1Error.DuplicateHost, 400 },
        { "GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n", Http1Error.DuplicateHost, 400 },
        { "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: a:80x\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: a:80:81\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: [x]\r\n\r\n", Http1Error.BadHost, 400 },
        { "GET / HTTP/1.1\r\nHost: \u00E9\r\n\r\n", Http1Error.BadHost, 400 },

        // The first line.
        { "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadMethod, 400 },
        { " GET / HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadMethod, 400 },
        { "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadMethod, 400 },
        { "\u0016\u0003\u0001\u0002\0\u0001\0", Http1Error.BadMethod, 400 },
        { "GET /\u007F HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET /\u00E9 HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET /?#x HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET http://a#x HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET x HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET ?x HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET * HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET a:443 HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadTarget, 400 },
        { "GET /\r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET /\nHost: a\r\n\r\n", Http1Error.BareLineFeed, 400 },
        { "GET / HTTP/1.1\nHost: a\r\n\r\n", Http1Error.BareLineFeed, 400 },
        { "GET / HTTP/1.1\rHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET / http/1.1\r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET / HTTP/1.11\r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "GET / HTTP/1.2\r\nHost: a\r\n\r\n", Http1Error.BadVersion, 505 },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Http1Error.BadVersion, 505 },
        { "GET / HTTP/0.9\r\nHost: a\r\n\r\n", Http1Error.BadVersion, 505 },
        { "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadRequestLine, 400 },
        { "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BareLineFeed, 400 },
    };

    public static TheoryData<string, Http1Error> BadResponses => new()
    {
        { Ok + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.ConflictingFraming },
        { Ok + "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", Http1Error.DuplicateContentLength },
        { Ok + "Content-Length: 4,4\r\n\r\n", Http1Error.BadContentLength },
        { Ok + "Transfer-Encoding: gzip\r\n\r\n", Http1Error.UnexpectedFraming },
        { Ok + "Transfer-Encoding: chunked, chunked\r\n\r\n", Http1Error.UnexpectedFraming },
        { "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.UnexpectedFraming },
        { "HTTP/1.1 204 No\r\nContent-Length: 4\r\n\r\n", Http1Error.UnexpectedFraming },
        { "HTTP/1.1 103 Early\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Error.UnexpectedFraming },
        { Ok + "X: y\r\n z\r\n\r\n", Http1Error.ObsoleteFold },
        { Ok + "X: y\nZ: 1\r\n\r\n", Http1Error.BareLineFeed },
        { Ok + "X : y\r\n\r\n", Http1Error.BadHeaderName },
        { Ok + "X: \0\r\n\r\n", Http1Error.ControlByte },
        { "HTTP/1.1 200 OK\n\r\n", Http1Error.BareLineFeed },
        { "HTTP/1.1 200 O\rK\r\n\r\n", Http1Error.BareCarriageReturn },
        { "HTTP/1.1 200 O\0K\r\n\r\n", Http1Error.ControlByte },
        { "HTTP/1.1 099 X\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/1.1 600 X\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/1.1 20 X\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/1.1 2000 X\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/1.1  200 X\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/1.1\t200 X\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/1.1 200-X\r\n\r\n", Http1Error.BadStatusLine },
        { "\r\nHTTP/1.1 200 OK\r\n\r\n", Http1Error.BadStatusLine },
        { "ICY 200 OK\r\n\r\n", Http1Error.BadStatusLine },
        { "HTTP/2.0 200 OK\r\n\r\n", Http1Error.BadVersion },
        { "hello", Http1Error.BadStatusLine },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void A_bad_request_is_refused_with_its_status(string message, Http1Error error, int status)
    {
        Assert.Equal(Http1ParseResult.Malformed(error), ParseRequest(message, out _));
        Assert.Equal(status, Http1ErrorStatus.StatusFor(error));
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void A_bad_request_in_two_pieces_is_refused_too(string message, Http1Error error, int status)
    {
        _ = (error, status);
        byte[] bytes = Bytes(message);
        RequestHead head = new();
        for (int first = 0; first <= bytes.Length; first++)
        {
            Http1ParseResult part = Http1RequestParser.Parse(bytes.AsSpan(0, first), 0, Http1Limits.Default, head);
            Assert.NotEqual(DecodeStatus.Complete, part.Status);
            Http1ParseResult whole = Http1RequestParser.Parse(bytes, first, Http1Limits.Default, head);
            bool isRefused = part.Status == DecodeStatus.Malformed || whole.Status == DecodeStatus.Malformed;
            Assert.True(isRefused || !message.Contains("\r\n\r\n", StringComparison.Ordinal), $"split at {first}");
        }
    }

    [Theory]
    [MemberData(nameof(BadResponses))]
    public void A_bad_response_is_refused(string message, Http1Error error)
    {
        Assert.Equal(Http1ParseResult.Malformed(error), ParseResponse(message, out _));
        byte[] bytes = Bytes(message);
        ResponseHead head = new();
        for (int first = 1; first < bytes.Length; first++)
        {
            Http1ParseResult part = Http1ResponseParser.Parse(
                bytes.AsSpan(0, first), 0, Http1Limits.Default, RequestMethodHint.Other, head);
            Assert.NotEqual(DecodeStatus.Complete, part.Status);
        }
    }

    [Theory]
    [InlineData("\u0016", Http1Error.BadMethod)]
    [InlineData("GE@", Http1Error.BadMethod)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Http1Error.BadMethod)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1\r\nHost: a\r\n\r\n", Http1Error.BadMethod)]
    [InlineData("GET / X", Http1Error.BadRequestLine)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n", Http1Error.BareLineFeed)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: ", Http1Error.None)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", Http1Error.DuplicateHost)]
    public void What_is_certain_is_said_before_the_head_is_whole(string text, Http1Error error) =>
        Assert.Equal(error, ParseRequest(text, out _).Error);

    [Fact]
    public void Every_limit_holds_at_its_edge_and_not_one_byte_beyond()
    {
        Http1Limits limits = Http1Limits.Default with { HeadBytesMax = 60, HeaderCountMax = 3, TargetBytesMax = 20 };
        string exact = "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 60 - 32) + "\r\n\r\n";
        Assert.Equal(60, exact.Length);
        Assert.Equal(Http1ParseResult.Complete(60), Parse(exact, limits));
        Assert.Equal(Http1ParseResult.Complete(60), Parse(exact + "body", limits));
        string over = exact.Replace("X: ", "X: x", StringComparison.Ordinal);
        AssertRefused(Http1Error.HeadTooLarge, 431, over, limits);
        Assert.Equal(Http1Error.HeadTooLarge, ParseAfter(over, 40, limits).Error);

        string three = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\nX: \r\n\r\n";
        Assert.Equal(DecodeStatus.Complete, Parse(three, limits).Status);
        string four = three.Replace("Host", "Y:\r\nHost", StringComparison.Ordinal);
        AssertRefused(Http1Error.TooManyHeaders, 431, four, limits);

        string target = "/" + new string('x', 19);
        Assert.Equal(DecodeStatus.Complete, Parse($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n", limits).Status);
        AssertRefused(Http1Error.TargetTooLong, 414, $"GET {target}x HTTP/1.1\r\nHost: a\r\n\r\n", limits);
        AssertRefused(Http1Error.TargetTooLong, 414, $"GET {target}x", limits);
    }

    [Fact]
    public void An_endless_target_that_trickles_in_is_refused()
    {
        Http1Limits limits = Http1Limits.Default with { TargetBytesMax = 100 };
        byte[] bytes = Bytes("GET /" + new string('x', 400));
        RequestHead head = new();
        int length = 1;
        Http1ParseResult result = Http1RequestParser.Parse(bytes.AsSpan(0, 1), 0, limits, head);
        while (result.Status == DecodeStatus.NeedMore && length < bytes.Length)
        {
            length++;
            result = Http1RequestParser.Parse(bytes.AsSpan(0, length), length - 1, limits, head);
        }
        Assert.Equal(Http1Error.TargetTooLong, result.Error);
        Assert.InRange(length, 100, 150);
    }

    [Fact]
    public void More_fields_than_any_block_has_room_for_at_first_are_kept_apart()
    {
        string fields = string.Concat(Enumerable.Range(0, 99).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: v{i}\r\n")));
        Http1ParseResult result = ParseRequest(Post + fields + "\r\n", out RequestHead head);
        Assert.Equal(DecodeStatus.Complete, result.Status);
        Assert.Equal(100, head.Headers.Count);
        Assert.Equal("X-98", Text(head.Headers.Name(99)));
        Assert.Equal("v98", Text(head.Headers.Value(99)));
        Assert.Equal("v0", Text(head.Headers.Value(1)));
    }

    private static void AssertRefused(Http1Error error, int status, string message, in Http1Limits limits)
    {
        Assert.Equal(Http1ParseResult.Malformed(error), Parse(message, limits));
        Assert.Equal(status, Http1ErrorStatus.StatusFor(error));
    }

    private static Http1ParseResult Parse(string message, in Http1Limits limits) => ParseAfter(message, 0, limits);

    private static Http1ParseResult ParseAfter(string message, int scanned, in Http1Limits limits) =>
        Http1RequestParser.Parse(Bytes(message), scanned, limits, new RequestHead());
}
