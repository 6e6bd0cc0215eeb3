using Mosn.Protocols;
using Mosn.Protocols.Http2;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>What goes into the table, what does not, and how both are said.</summary>
public class HpackEncoderTests
{
    private readonly HpackEncoder _encoder = new();

    [Fact]
    public void What_comes_again_is_one_byte()
    {
        Put("server", "s");
        Assert.Equal("be", Put("server", "s"));
    }

    [Fact]
    public void An_unknown_field_gets_a_place_when_it_comes_for_the_second_time()
    {
        Assert.StartsWith("00", Put("x-a", "1"), StringComparison.Ordinal);
        Assert.Equal(0, _encoder.Table.Count);
        Assert.StartsWith("40", Put("x-a", "1"), StringComparison.Ordinal);
        Assert.Equal("be", Put("x-a", "1"));
        Assert.Equal("be", Put("X-A", "1"));
    }

    [Fact]
    public void Another_value_of_a_name_that_has_a_place_refers_to_it()
    {
        Put("x-a", "1");
        Put("x-a", "1");
        Assert.Equal("0f 2f 01 32", Put("X-a", "2"));
    }

    [Theory]
    [InlineData("authorization", "Bearer abc", 23)]
    [InlineData("proxy-authorization", "Basic abc", 49)]
    [InlineData("set-cookie", "id=0123456789012345678901234567890123456789", 55)]
    [InlineData("cookie", "id=1", 32)]
    public void Secrets_are_never_indexed(string name, string value, int nameIndex)
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.StartsWith($"1f {nameIndex - 15:x2}", Put(name, value), StringComparison.Ordinal);
        }
        Assert.Equal(0, _encoder.Table.Count);
    }

    [Theory]
    [InlineData("X-Api-Key")]
    [InlineData("x-auth-user")]
    [InlineData("my-session-id")]
    [InlineData("X-CSRF")]
    [InlineData("x-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789")]
    public void What_sounds_like_a_secret_gets_no_place(string name)
    {
        Put(name, "1");
        Assert.StartsWith("10", Put(name, "1"), StringComparison.Ordinal);
        Assert.StartsWith("10", Put(name, "1"), StringComparison.Ordinal);
        Assert.Equal(0, _encoder.Table.Count);
    }

    [Theory]
    [InlineData("content-length", "5")]
    [InlineData("etag", "\"abc\"")]
    [InlineData("location", "/elsewhere")]
    [InlineData("x-request-id", "12345")]
    [InlineData("if-none-match", "\"abc\"")]
    public void What_is_said_once_gets_no_place(string name, string value)
    {
        string first = Put(name, value);
        Assert.StartsWith("0", first, StringComparison.Ordinal);
        Assert.Equal((first, first, 0), (Put(name, value), Put(name, value), _encoder.Table.Count));
    }

    [Fact]
    public void Names_of_one_hash_are_told_apart()
    {
        Put("x^a", "1");
        Put("x^a", "1");
        Assert.StartsWith("40", Put("x~a", "1"), StringComparison.Ordinal);
        Assert.Equal(("bf", "be"), (Put("x^a", "1"), Put("x~a", "1")));
    }

    [Fact]
    public void A_path_that_comes_again_gets_a_place_unless_it_has_a_query()
    {
        RequestHead head = new();
        head.SetMethod("GET"u8);
        head.SetPath("/service/Method"u8);
        head.SetQuery("id=1"u8);
        Write(_encoder, head);
        Write(_encoder, head);
        Write(_encoder, head);
        Assert.Equal(0, _encoder.Table.Count);
        head.RemoveQuery();
        Write(_encoder, head);
        Write(_encoder, head);
        Assert.Equal("82 86 be", Show(Write(_encoder, head)));
    }

    [Fact]
    public void A_date_gets_a_place_once_it_has_come_twice()
    {
        Put("date", "Mon, 21 Oct 2013 20:13:21 GMT");
        Put("date", "Mon, 21 Oct 2013 20:13:21 GMT");
        Assert.Equal("be", Put("date", "Mon, 21 Oct 2013 20:13:21 GMT"));
    }

    [Fact]
    public void What_its_sender_wanted_in_no_table_goes_into_none() // RFC 7541 section 6.2.3.
    {
        RequestHead head = new();
        byte[] block =
        [
            0x82, 0x86, .. Literal(0x10, ":path", "/p"), .. Literal(0x10, ":authority", "a"),
            .. Literal(0x10, "server", "s"), .. Literal(0x00, "via", "v"),
        ];
        for (int i = 0; i < 3; i++)
        {
            Http2HeadReader.ReadRequest(new HpackDecoder(), block, Http2HeadLimits.Default, endStream: true, head);
            RequestHead copy = new();
            head.CopyTo(copy);
            Assert.Equal(
                [":method: GET", ":scheme: http", ":authority: a (never)", ":path: /p (never)", "server: s (never)", "via: v"],
                Decode(new HpackDecoder(), Write(new HpackEncoder(), copy)));
        }
    }

    [Theory]
    [InlineData(0x00, 0x10)]
    [InlineData(0x10, 0x00)]
    public void A_part_of_a_cookie_that_is_secret_makes_the_whole_of_it_secret(byte first, byte second)
    {
        RequestHead head = new();
        byte[] block =
        [
            0x82, 0x86, 0x84, .. Literal(0x00, ":authority", "a"), .. Literal(first, "cookie", new string('a', 30)),
            .. Literal(0x00, "via", "v"), .. Literal(second, "cookie", "b"),
        ];
        Http2HeadReader.ReadRequest(new HpackDecoder(), block, Http2HeadLimits.Default, endStream: true, head);
        Assert.EndsWith("a; b (never)", Decode(new HpackDecoder(), Write(_encoder, head))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_would_push_out_many_gets_no_place()
    {
        string large = new('v', 1000);
        Put("server", large);
        Assert.Equal(0, _encoder.Table.Count);
    }

    [Fact]
    public void A_known_pair_is_one_byte_from_the_start() => Assert.Equal("90", Put("accept-encoding", "gzip, deflate"));

    [Fact]
    public void A_name_of_the_static_table_is_not_spelt_out()
    {
        Assert.Equal("0f 1e 01 31", Put("Link", "1"));
        Assert.Equal("0f 29 01 31", Put("strict-transport-security", "1"));
        Assert.Equal("0f 20 01 31", Put("max-forwards", "1"));
    }

    [Fact]
    public void Text_is_Huffman_coded_only_where_that_is_shorter()
    {
        Assert.Equal("0f 13 83 18 e3 8f", Put("etag", "aabb"));
        Assert.Equal("0f 13 02 5c 5c", Put("etag", "\\\\"));
    }

    [Fact]
    public void The_size_of_the_table_is_what_the_peer_allows_and_4096_at_most()
    {
        _encoder.TableBytesMax = 100_000;
        Assert.Equal("82", Request());
        _encoder.TableBytesMax = 100;
        Assert.Equal("3f 45 82", Request());
        Assert.Equal("82", Request());
        _encoder.TableBytesMax = 0;
        _encoder.TableBytesMax = 200;
        Assert.Equal("20 3f a9 01 82", Request()); // RFC 7541 section 4.2: the smallest one between, too.
        _encoder.TableBytesMax = 0;
        _encoder.TableBytesMax = 4096;
        Assert.Equal("20 3f e1 1f 82", Request());
        _encoder.TableBytesMax = 0;
        _encoder.TableBytesMax = 4096;
        Assert.Equal("20 3f e1 1f 82", Request()); // Both empty the peer's table.
        Assert.Equal("82", Request());
    }

    [Fact]
    public void Without_a_table_all_is_spelt_out()
    {
        _encoder.TableBytesMax = 0;
        Request();
        Put("server", "s");
        Assert.Equal("0f 27 01 73", Put("server", "s"));
    }

    private string Request()
    {
        RequestHead head = new();
        head.SetMethod("GET"u8);
        head.SetPath("/"u8);
        string hex = Show(Write(_encoder, head));
        Assert.EndsWith(" 86 84", hex, StringComparison.Ordinal);
        return hex[..^6];
    }

    private string Put(string name, string value)
    {
        HeaderBlock trailers = new();
        trailers.Add(Bytes(name), Bytes(value));
        byte[] room = new byte[Http2HeadWriter.MaxLength(trailers)];
        int at = _encoder.Put(
            room, 0, trailers.Known(0), trailers.Name(0), trailers.Value(0), isNeverIndexed: false);
        return Show(room.AsSpan(0, at));
    }

    private static string Show(ReadOnlySpan<byte> bytes) =>
        string.Join(' ', Convert.ToHexStringLower(bytes).Chunk(2).Select(static pair => new string(pair)));
}
