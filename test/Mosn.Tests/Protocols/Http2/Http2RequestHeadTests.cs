using Mosn.Protocols;
using Mosn.Protocols.Http2;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>What a request's field block must and must not hold: RFC 9113 sections 8.2, 8.3 and 8.5, RFC 8441.</summary>
public class Http2RequestHeadTests
{
    private static readonly (string Name, string Value)[] Get =
        [(":method", "GET"), (":scheme", "http"), (":path", "/p?q=1"), (":authority", "a.example:8080")];

    private static readonly (string Name, string Value)[] Connect = [(":method", "CONNECT"), (":authority", "a:443")];

    private static readonly (string Name, string Value)[] ExtendedConnect =
    [
        (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/chat"), (":authority", "a"),
    ];

    [Fact]
    public void Control_data_becomes_the_parts_of_a_head()
    {
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream: true, [.. Get, ("x-a", "1")]));
        Assert.Equal((KnownMethod.Get, "GET"), (head.KnownMethod, Text(head.Method)));
        Assert.Equal(("http", "/p?q=1"), (Text(head.Scheme), Text(head.Target)));
        Assert.Equal(("/p", true, "q=1"), (Text(head.Path), head.HasQuery, Text(head.Query)));
        Assert.Equal("a.example:8080", Text(head.Authority));
        Assert.Equal("Host: a.example:8080\nx-a: 1", Lines(head.Headers));
        Assert.Equal((HttpVersion.Http2, true, true), (head.Version, head.KeepAlive, head.Protocol.IsEmpty));
    }

    [Fact]
    public void A_head_is_read_over_what_was_there()
    {
        HpackDecoder decoder = new();
        RequestHead head = new();
        Http2HeadReader.ReadRequest(
            decoder, Block([.. ExtendedConnect, ("cookie", "a")]), Http2HeadLimits.Default, endStream: false, head);
        Http2HeadReader.ReadRequest(decoder, Block(Get), Http2HeadLimits.Default, endStream: true, head);
        Assert.Equal("Host: a.example:8080", Lines(head.Headers));
        Assert.True(head.Protocol.IsEmpty);
    }

    [Fact]
    public void The_parts_of_a_cookie_count_as_one_field()
    {
        (string, string)[] parts = [.. Enumerable.Range(0, 180).Select(static i => ("cookie", $"c{i}=1"))];
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream: true, [.. Get, .. parts]));
        Assert.Equal(2, head.Headers.Count);
        (string, string)[] fields = [.. Enumerable.Range(0, 180).Select(static i => ($"x-{i}", "1"))];
        Assert.Equal(Http2HeadStatus.TooLarge, ReadRequest(out _, endStream: true, [.. Get, .. fields]));
    }

    [Theory]
    [InlineData(":method")]
    [InlineData(":scheme")]
    [InlineData(":path")]
    [InlineData(":authority")]
    public void Each_part_of_the_control_data_must_be_there(string name) =>
        AssertMalformed(Get.Where(field => field.Name != name));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_part_may_be_there_twice(int index) => AssertMalformed([.. Get, Get[index]]);

    [Fact]
    public void Control_data_stands_before_all_other_fields() =>
        AssertMalformed([Get[0], Get[1], Get[2], ("x-a", "1"), Get[3]]);

    [Theory]
    [InlineData(":status", "200")]
    [InlineData(":protocol", "websocket")]
    [InlineData(":unknown", "1")]
    [InlineData(":", "1")]
    public void Other_control_data_is_malformed(string name, string value) => AssertMalformed([(name, value), .. Get]);

    [Theory]
    [InlineData("X-A")]
    [InlineData("x a")]
    [InlineData("x-a:")]
    [InlineData("x\u007f")]
    [InlineData("x\u00e9")]
    [InlineData("x\0")]
    [InlineData("")]
    public void A_name_is_a_token_in_lower_case(string name) => AssertMalformed([.. Get, (name, "1")]);

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\u0001")]
    [InlineData("\u007f")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("\ta")]
    [InlineData("a\t")]
    [InlineData(" ")]
    public void A_value_holds_no_control_byte_and_no_space_at_its_ends(string value) =>
        AssertMalformed([.. Get, ("x-a", value)]);

    [Theory]
    [InlineData("")]
    [InlineData("a b\tc")]
    [InlineData("caf\u00e9")]
    [InlineData("a:b")]
    public void Other_values_pass_as_they_are(string value)
    {
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream: true, [.. Get, ("x-a", value)]));
        Assert.True(head.Headers.TryGet("x-a"u8, out ReadOnlySpan<byte> read));
        Assert.Equal(value, Text(read));
    }

    [Theory]
    [InlineData("connection", "close")]
    [InlineData("keep-alive", "timeout=5")]
    [InlineData("proxy-connection", "keep-alive")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("upgrade", "h2c")]
    [InlineData("te", "gzip")]
    [InlineData("te", "trailers, gzip")]
    [InlineData("te", "")]
    public void What_concerns_one_connection_of_HTTP1_is_malformed(string name, string value) =>
        AssertMalformed([.. Get, (name, value)]);

    [Fact]
    public void Te_may_say_trailers() =>
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out _, endStream: true, [.. Get, ("te", "trailers")]));

    [Theory]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("/a b")]
    [InlineData("/a#b")]
    [InlineData("/caf\u00e9")]
    [InlineData("http://a/")]
    [InlineData("*")]
    [InlineData("*?a")]
    [InlineData("?a")]
    public void A_path_is_absolute_and_encoded(string path) => AssertMalformed([Get[0], Get[1], (":path", path), Get[3]]);

    [Fact]
    public void Options_may_ask_about_the_server()
    {
        Assert.Equal(
            Http2HeadStatus.Complete,
            ReadRequest(out RequestHead head, endStream: true, [(":method", "OPTIONS"), Get[1], (":path", "*"), Get[3]]));
        Assert.Equal("*", Text(head.Path));
    }

    [Theory]
    [InlineData("ftp")]
    [InlineData("")]
    [InlineData("https ")]
    public void A_scheme_is_http_or_https(string scheme) => AssertMalformed([Get[0], (":scheme", scheme), Get[2], Get[3]]);

    [Theory]
    [InlineData("")]
    [InlineData("G T")]
    [InlineData("GET\r")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG")]
    public void A_method_is_a_short_token(string method) =>
        AssertMalformed([(":method", method), Get[1], Get[2], Get[3]]);

    [Theory]
    [InlineData("")]
    [InlineData("user@a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("[::1")]
    [InlineData("a,b/")]
    public void An_authority_is_a_host_with_an_optional_port(string authority)
    {
        AssertMalformed([Get[0], Get[1], Get[2], (":authority", authority)]);
        AssertMalformed([Get[0], Get[1], Get[2], ("host", authority)]);
    }

    [Fact]
    public void Host_alone_is_the_authority()
    {
        Assert.Equal(
            Http2HeadStatus.Complete,
            ReadRequest(out RequestHead head, endStream: true, [.. Get[..3], ("x-a", "1"), ("host", "b")]));
        Assert.Equal("b", Text(head.Authority));
    }

    [Theory]
    [InlineData("a.example", "http", "a.example")]
    [InlineData("a.example", "http", "A.Example")]
    [InlineData("a.example:80", "http", "a.example")]
    [InlineData("a.example", "https", "a.example:443")]
    public void Host_may_repeat_the_authority(string authority, string scheme, string host)
    {
        Assert.Equal(
            Http2HeadStatus.Complete,
            ReadRequest(
                out RequestHead head, endStream: true,
                [Get[0], (":scheme", scheme), Get[2], (":authority", authority), ("host", host), ("x-a", "1")]));
        Assert.Equal($"Host: {authority}\nx-a: 1", Lines(head.Headers));
        Assert.Equal(1, head.Headers.Remove(KnownHeader.Host));
    }

    [Theory]
    [InlineData("a.example", "b.example")]
    [InlineData("a.example", "")]
    [InlineData("a.example", "a.example:443")]
    [InlineData("a.example:8080", "a.example")]
    public void Host_must_not_contradict_the_authority(string authority, string host) =>
        AssertMalformed([Get[0], Get[1], Get[2], (":authority", authority), ("host", host)]);

    [Fact]
    public void Host_may_be_there_once_only()
    {
        AssertMalformed([.. Get[..3], ("host", "b"), ("host", "b")]);
        AssertMalformed([.. Get, ("host", "a.example:8080"), ("host", "a.example:8080")]);
    }

    [Theory]
    [InlineData(true, "", BodyFraming.None, -1)]
    [InlineData(false, "", BodyFraming.Chunked, -1)]
    [InlineData(false, "5", BodyFraming.Length, 5)]
    [InlineData(false, "0", BodyFraming.Length, 0)]
    [InlineData(true, "0", BodyFraming.Length, 0)]
    public void Framing_follows_from_the_length_and_the_end_of_the_stream(
        bool endStream, string length, BodyFraming framing, long contentLength)
    {
        (string Name, string Value)[] fields = length.Length == 0 ? Get : [.. Get, ("content-length", length)];
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream, fields));
        Assert.Equal((framing, contentLength), (head.Framing, head.ContentLength));
    }

    [Theory]
    [InlineData("")]
    [InlineData("+5")]
    [InlineData("5, 5")]
    [InlineData("0x5")]
    [InlineData("9999999999999999999")]
    public void A_length_is_a_number(string length) =>
        Assert.Equal(Http2HeadStatus.Malformed, ReadRequest(out _, endStream: false, [.. Get, ("content-length", length)]));

    [Fact]
    public void A_length_may_be_there_once_only() => Assert.Equal(
        Http2HeadStatus.Malformed,
        ReadRequest(out _, endStream: false, [.. Get, ("content-length", "5"), ("content-length", "5")]));

    [Fact]
    public void A_body_that_was_announced_must_not_be_missing() => // Section 8.1.1.
        AssertMalformed([.. Get, ("content-length", "5")]);

    [Theory]
    [InlineData(false, "100-continue", true)]
    [InlineData(false, "100-Continue", true)]
    [InlineData(true, "100-continue", false)]
    [InlineData(false, "other", false)]
    public void A_client_may_wait_for_leave_to_send_its_body(bool endStream, string expectation, bool waits)
    {
        Assert.Equal(
            Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream, [.. Get, ("expect", expectation)]));
        Assert.Equal(waits, head.ExpectContinue);
    }

    [Fact]
    public void The_parts_of_a_cookie_are_joined() // Section 8.2.3.
    {
        Assert.Equal(
            Http2HeadStatus.Complete,
            ReadRequest(
                out RequestHead head, endStream: true,
                [
                    .. Get, ("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1"), ("cookie", "c=3"), ("cookie", "d=4"),
                    ("x-b", "2"),
                ]));
        Assert.Equal("Host: a.example:8080\nx-a: 1\nx-b: 2\ncookie: a=1; b=2; c=3; d=4", Lines(head.Headers));
        Assert.Equal(1, head.Headers.Remove(KnownHeader.Cookie));
    }

    [Theory]
    [InlineData("cookie: ", "", "")]
    [InlineData("cookie: a=1", "a=1", "")]
    [InlineData("cookie: a=1", "", "a=1", "")]
    [InlineData("cookie: a=1; b=2", "a=1", "", "b=2")]
    public void Empty_parts_of_a_cookie_leave_no_trace(string line, params string[] parts)
    {
        (string, string)[] inRow = [.. parts.Select(static part => ("cookie", part))];
        (string, string)[] apart = [.. inRow.SelectMany<(string, string), (string, string)>(static one => [("x", "y"), one])];
        foreach ((string, string)[] cookies in ((string, string)[][])[inRow, apart])
        {
            ReadRequest(out RequestHead head, endStream: true, [.. Get, .. cookies]);
            Assert.Equal([line], Lines(head.Headers).Split('\n').Where(static one => one.StartsWith('c')));
        }
    }

    [Fact]
    public void Parts_of_a_cookie_in_a_row_stay_where_they_were()
    {
        ReadRequest(
            out RequestHead head, endStream: true, [.. Get, ("cookie", "a=1"), ("cookie", "b=2"), ("x-a", "1")]);
        Assert.Equal("Host: a.example:8080\ncookie: a=1; b=2\nx-a: 1", Lines(head.Headers));
    }

    [Fact]
    public void Connect_has_an_authority_and_nothing_else() // Section 8.5.
    {
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream: false, Connect));
        Assert.Equal((KnownMethod.Connect, "a:443"), (head.KnownMethod, Text(head.Authority)));
        Assert.True(head.Path.IsEmpty && head.Scheme.IsEmpty && head.Protocol.IsEmpty);
        Assert.Equal(BodyFraming.None, head.Framing);

        AssertMalformed([.. Connect, (":scheme", "https")]);
        AssertMalformed([.. Connect, (":path", "/")]);
        AssertMalformed([Connect[0]]);
        AssertMalformed([Connect[0], ("host", "a:443")]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a:")]
    [InlineData("[::1]")]
    public void Connect_needs_a_port(string authority) => AssertMalformed([Connect[0], (":authority", authority)]);

    [Fact]
    public void Connect_has_no_body_but_a_tunnel() => Assert.Equal(
        Http2HeadStatus.Malformed, ReadRequest(out _, endStream: false, [.. Connect, ("content-length", "5")]));

    [Fact]
    public void Extended_connect_says_what_will_be_spoken() // RFC 8441 section 4.
    {
        Assert.Equal(Http2HeadStatus.Complete, ReadRequest(out RequestHead head, endStream: false, ExtendedConnect));
        Assert.Equal(
            (KnownMethod.Connect, "websocket", "https", "/chat", "a"),
            (head.KnownMethod, Text(head.Protocol), Text(head.Scheme), Text(head.Path), Text(head.Authority)));

        AssertMalformed(ExtendedConnect.Where(static field => field.Name != ":scheme"));
        AssertMalformed(ExtendedConnect.Where(static field => field.Name != ":path"));
        AssertMalformed(ExtendedConnect.Where(static field => field.Name != ":authority"));
        AssertMalformed([(":method", "GET"), .. ExtendedConnect[1..]]);
        AssertMalformed([.. ExtendedConnect.Where(static field => field.Name != ":protocol"), (":protocol", "")]);
    }

    [Fact]
    public void The_name_of_a_protocol_is_the_same_whatever_its_case()
    {
        ReadRequest(
            out RequestHead head, endStream: false, [ExtendedConnect[0], (":protocol", "WebSocket"), .. ExtendedConnect[2..]]);
        Assert.Equal("websocket", Text(head.Protocol));
        AssertMalformed([ExtendedConnect[0], (":protocol", new string('w', 33)), .. ExtendedConnect[2..]]);
    }

    [Fact]
    public void Extended_connect_is_malformed_where_we_have_not_offered_it()
    {
        Http2HeadLimits limits = new() { AllowsProtocol = false };
        Assert.Equal(
            Http2HeadStatus.Malformed,
            Http2HeadReader.ReadRequest(
                new HpackDecoder(), Block(ExtendedConnect), limits, endStream: false, new RequestHead()));
    }

    private static void AssertMalformed(IEnumerable<(string Name, string Value)> fields) =>
        Assert.Equal(Http2HeadStatus.Malformed, ReadRequest(out _, endStream: true, [.. fields]));
}
