using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>What the field blocks of responses and trailers must and must not hold: RFC 9113 section 8.</summary>
public class Http2ResponseHeadTests
{
    [Fact]
    public void A_status_and_fields_become_a_head()
    {
        Assert.Equal(
            Http2HeadStatus.Complete,
            ReadResponse(out ResponseHead head, endStream: false, fields: [(":status", "404"), ("server", "s")]));
        Assert.Equal((404, HttpVersion.Http2, true, ""), (head.Status, head.Version, head.KeepAlive, Text(head.Reason)));
        Assert.Equal("server: s", Lines(head.Headers));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("2000")]
    [InlineData("099")]
    [InlineData("600")]
    [InlineData("2x0")]
    [InlineData("101")] // Section 8.6: there is no changing of protocols.
    public void A_status_is_three_digits_but_not_101(string status) =>
        AssertMalformed(endStream: false, (":status", status));

    [Fact]
    public void A_status_must_be_there_once_and_first()
    {
        AssertMalformed(endStream: false, ("server", "s"));
        AssertMalformed(endStream: false, (":status", "200"), (":status", "200"));
        AssertMalformed(endStream: false, ("server", "s"), (":status", "200"));
    }

    [Theory]
    [InlineData(":path", "/")]
    [InlineData(":method", "GET")]
    [InlineData(":authority", "a")]
    [InlineData(":unknown", "a")]
    [InlineData("Server", "s")]
    [InlineData("x-a", "a\r\nb")]
    [InlineData("connection", "close")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("te", "trailers")]
    public void What_no_response_holds_is_malformed(string name, string value) =>
        AssertMalformed(endStream: false, (":status", "200"), (name, value));

    [Theory]
    [InlineData("200", false, RequestMethodHint.Other, "", BodyFraming.Chunked, -1)]
    [InlineData("200", false, RequestMethodHint.Other, "5", BodyFraming.Length, 5)]
    [InlineData("200", true, RequestMethodHint.Other, "", BodyFraming.Length, 0)]
    [InlineData("200", true, RequestMethodHint.Other, "0", BodyFraming.Length, 0)]
    [InlineData("200", true, RequestMethodHint.Head, "5", BodyFraming.None, 5)]
    [InlineData("200", true, RequestMethodHint.Head, "", BodyFraming.None, -1)]
    [InlineData("304", true, RequestMethodHint.Other, "5", BodyFraming.None, 5)]
    [InlineData("204", true, RequestMethodHint.Other, "5", BodyFraming.None, -1)]
    [InlineData("100", false, RequestMethodHint.Other, "", BodyFraming.None, -1)]
    [InlineData("200", false, RequestMethodHint.Connect, "5", BodyFraming.None, -1)]
    [InlineData("500", false, RequestMethodHint.Connect, "5", BodyFraming.Length, 5)]
    public void Framing_follows_from_status_method_length_and_end(
        string status, bool endStream, RequestMethodHint method, string length, BodyFraming framing, long contentLength)
    {
        (string Name, string Value)[] fields =
            length.Length == 0 ? [(":status", status)] : [(":status", status), ("content-length", length)];
        Assert.Equal(Http2HeadStatus.Complete, ReadResponse(out ResponseHead head, endStream, method, fields));
        Assert.Equal((framing, contentLength), (head.Framing, head.ContentLength));
    }

    [Fact]
    public void A_body_that_was_announced_must_not_be_missing() => // Section 8.1.1.
        AssertMalformed(endStream: true, (":status", "200"), ("content-length", "5"));

    [Fact]
    public void An_interim_response_does_not_end_the_stream() => // Section 8.1.
        AssertMalformed(endStream: true, (":status", "103"));

    [Fact]
    public void A_length_is_one_number()
    {
        AssertMalformed(endStream: false, (":status", "200"), ("content-length", "x"));
        AssertMalformed(endStream: false, (":status", "200"), ("content-length", "5"), ("content-length", "5"));
    }

    [Fact]
    public void Each_cookie_that_is_set_stays_a_field()
    {
        ReadResponse(
            out ResponseHead head, endStream: false,
            fields: [(":status", "200"), ("set-cookie", "a"), ("set-cookie", "b")]);
        Assert.Equal("set-cookie: a\nset-cookie: b", Lines(head.Headers));
    }

    [Fact]
    public void Trailers_are_fields_without_control_data()
    {
        HeaderBlock trailers = new();
        trailers.Add("old"u8, "1"u8);
        Assert.Equal(
            Http2HeadStatus.Complete,
            Http2HeadReader.ReadTrailers(
                new HpackDecoder(), Block(("grpc-status", "0"), ("grpc-message", "")), Http2HeadLimits.Default, trailers));
        Assert.Equal("grpc-status: 0\ngrpc-message: ", Lines(trailers));
    }

    [Theory]
    [InlineData(":status", "200")]
    [InlineData(":path", "/")]
    [InlineData("content-length", "5")]
    [InlineData("host", "a")]
    [InlineData("authorization", "a")]
    [InlineData("cookie", "a")]
    [InlineData("te", "trailers")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("trailer", "x-a")]
    [InlineData("X-A", "1")]
    public void What_must_not_come_late_is_malformed(string name, string value) => Assert.Equal(
        Http2HeadStatus.Malformed,
        Http2HeadReader.ReadTrailers(
            new HpackDecoder(), Block(("x-b", "1"), (name, value)), Http2HeadLimits.Default, new HeaderBlock()));

    private static void AssertMalformed(bool endStream, params (string Name, string Value)[] fields) =>
        Assert.Equal(Http2HeadStatus.Malformed, ReadResponse(out _, endStream, RequestMethodHint.Other, fields));
}
