using Mosn.Protocols;
using Mosn.Protocols.Http2;
using Mosn.Testing;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>What is no field block (RFC 7541), what is too much of one, and what becomes of the table.</summary>
public class HpackDecoderTests
{
    private static readonly string[] Bad = ["bad compression"];

    [Theory]
    [InlineData("80")] // Section 6.1: there is no entry 0.
    [InlineData("be")] // No entry 62 yet.
    [InlineData("ff00")] // 127.
    [InlineData("7f 00 01 61")] // A name that no table has.
    [InlineData("0f 40 01 61")]
    [InlineData("ff")] // The integer is cut off.
    [InlineData("ff 80")]
    [InlineData("ff 80 80 80 80 00")] // Longer than any that we need, though its value is small.
    [InlineData("ff ff ff ff ff ff ff ff ff 7f")]
    [InlineData("40")]
    [InlineData("40 01")]
    [InlineData("40 01 61")]
    [InlineData("40 01 61 05 62")]
    [InlineData("04 7f 80 80 80 80 80 00")]
    [InlineData("04 82 ff")] // A string is cut off.
    public void A_block_that_ends_early_or_points_at_nothing_is_bad(string hex) =>
        Assert.Equal(Bad, Decode(new HpackDecoder(), Hex(hex)));

    [Theory]
    [InlineData("ff")] // Eight bits of padding.
    [InlineData("07 ff")] // '0', and eleven bits of padding.
    [InlineData("00")] // '0', and padding of zeros.
    [InlineData("1e")] // 'a', and padding that is not all ones.
    [InlineData("ff ff ff ff")] // The end of string.
    [InlineData("ff ff ff fc")]
    [InlineData("1f ff ff ff ff")]
    [InlineData("ff ff ff fe 1f")]
    [InlineData("ff fe")] // The beginning of a long code.
    public void Huffman_coded_text_ends_in_less_than_a_byte_of_ones(string hex)
    {
        byte[] text = Hex(hex);
        Assert.Equal(Bad, Decode(new HpackDecoder(), [0x04, (byte)(0x80 | text.Length), .. text]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("1f", "a")]
    [InlineData("18 ff", "aa")]
    [InlineData("18 c9", "aac")]
    public void Padding_of_up_to_seven_ones_is_none(string hex, string text)
    {
        byte[] bytes = Hex(hex);
        Assert.Equal([$"etag: {text}"], Decode(new HpackDecoder(), [0x0f, 0x13, (byte)(0x80 | bytes.Length), .. bytes]));
    }

    [Fact]
    public void The_size_of_the_table_changes_at_the_start_of_a_block_only()
    {
        Assert.Equal([":method: GET"], Decode(new HpackDecoder(), Hex("20 82")));
        Assert.Equal(Bad, Decode(new HpackDecoder(), Hex("82 20")));
        Assert.Equal(Bad, Decode(new HpackDecoder(), Hex("82 20 82")));
        Assert.Equal(Bad, Decode(new HpackDecoder(), Hex("82 20 01 61 01 62"))); // As if it were a literal.
    }

    [Fact]
    public void The_size_changes_twice_in_a_block_at_most()
    {
        Assert.Equal([":method: GET"], Decode(new HpackDecoder(), Hex("20 3fe11f 82")));
        Assert.Equal(Bad, Decode(new HpackDecoder(), Hex("20 20 20 82")));
    }

    [Fact]
    public void The_table_grows_up_to_what_was_announced()
    {
        Assert.Empty(Decode(new HpackDecoder(), Hex("3fe11f"))); // 4096.
        Assert.Equal(Bad, Decode(new HpackDecoder(), Hex("3fe21f")));
        Assert.Empty(Decode(new HpackDecoder(tableBytesMax: 8192), Hex("3fe13f")));
        Assert.Equal(Bad, Decode(new HpackDecoder(tableBytesMax: 8192), Hex("3fe23f")));
    }

    [Fact]
    public void A_smaller_table_counts_from_the_acknowledgement_of_our_settings()
    {
        HpackDecoder decoder = new(tableBytesMax: 64);
        Assert.Equal(["a: b"], Decode(decoder, Literal(0x40, "a", "b")));
        Assert.Equal(34, decoder.Table.Size);

        decoder.OnSettingsAcknowledged();
        Assert.Equal(Bad, Decode(decoder, Hex("82"))); // It must say that it knows.

        decoder = new(tableBytesMax: 64);
        decoder.OnSettingsAcknowledged();
        Assert.Equal([":method: GET"], Decode(decoder, Hex("3f21 82")));
        Assert.Equal(64, decoder.Table.SizeMax);
        Assert.Equal([":method: GET"], Decode(decoder, Hex("82")));
    }

    [Fact]
    public void An_entry_larger_than_the_table_empties_it() // RFC 7541 section 4.4.
    {
        HpackDecoder decoder = new();
        Decode(decoder, Literal(0x40, "a", "b"));
        string large = new('x', 5000);
        Assert.Equal([$"a: {large}"], Decode(decoder, Literal(0x40, "a", large)));
        Assert.Equal((0, 0), (decoder.Table.Count, decoder.Table.Size));
    }

    [Fact]
    public void An_entry_as_large_as_the_table_is_kept_alone()
    {
        HpackDecoder decoder = new();
        Decode(decoder, Literal(0x40, "a", "b"));
        Decode(decoder, Literal(0x40, "a", new string('x', 4096 - 33)));
        Assert.Equal((1, 4096), (decoder.Table.Count, decoder.Table.Size));
        Decode(decoder, Literal(0x40, "a", new string('x', 4096 - 32)));
        Assert.Equal((0, 0), (decoder.Table.Count, decoder.Table.Size));
    }

    [Fact]
    public void An_entry_may_take_its_name_from_one_that_leaves_for_it() // RFC 7541 section 4.4.
    {
        HpackDecoder decoder = new();
        decoder.Table.Resize(64);
        Decode(decoder, Literal(0x40, "name", "1"));
        Assert.Equal(["name: 23456"], Decode(decoder, [0x7e, 5, .. "23456"u8]));
        Assert.Equal(["name: 23456"], Entries(decoder));
    }

    [Fact]
    public void Entries_come_and_go_for_long()
    {
        HpackDecoder decoder = new();
        List<string> model = [];
        Random random = new(7);
        int size = 0;
        for (int i = 0; i < 3000; i++)
        {
            string value = new((char)('a' + (i % 26)), random.Next(200));
            Decode(decoder, Literal(0x40, "n" + (i % 10), value));
            model.Insert(0, $"n{i % 10}: {value}");
            for (size += 34 + value.Length; size > 4096; model.RemoveAt(model.Count - 1))
            {
                size -= 30 + model[^1].Length;
            }
            Assert.Equal(size, decoder.Table.Size);
        }
        Assert.Equal(model, Entries(decoder));
    }

    [Fact]
    public void A_malformed_head_does_not_harm_the_table()
    {
        HpackDecoder decoder = new();
        byte[] block = [.. Literal(0x40, "X-Bad", "1"), .. Literal(0x40, "x-good", "2"), .. Literal(0x40, "te", "gzip")];
        Assert.Equal(Http2HeadStatus.Malformed, ReadTrailers(decoder, block));
        Assert.Equal(["te: gzip", "x-good: 2", "X-Bad: 1"], Entries(decoder));

        // What was wrong in the table stays wrong, its name may be right.
        Assert.Equal(Http2HeadStatus.Malformed, ReadTrailers(decoder, [0xc0]));
        Assert.Equal(Http2HeadStatus.Malformed, ReadTrailers(decoder, [0x0f, 0x31, 1, (byte)'1']));
        Assert.Equal(Http2HeadStatus.Complete, ReadTrailers(decoder, [0xbf]));
        Assert.Equal(
            Http2HeadStatus.Complete,
            Http2HeadReader.ReadRequest(
                decoder, [0x82, 0x86, 0x84, 0x01, 1, (byte)'a', 0x0f, 0x2f, 8, .. "trailers"u8], Http2HeadLimits.Default,
                endStream: true, new RequestHead()));
    }

    [Fact]
    public void Too_many_bytes_are_too_large_and_the_table_is_right_all_the_same()
    {
        HpackDecoder decoder = new();
        Http2HeadLimits limits = new() { ListBytesMax = 100 };
        byte[] block =
        [
            .. Literal(0x40, "x-a", "1"), .. Literal(0x40, "x-b", new string('2', 40)), .. Literal(0x40, "x-c", "3"),
        ];
        HeaderBlock trailers = new();
        Assert.Equal(Http2HeadStatus.TooLarge, Http2HeadReader.ReadTrailers(decoder, block, limits, trailers));
        Assert.Equal(1, trailers.Count);
        Assert.Equal(["x-c: 3", "x-b: " + new string('2', 40), "x-a: 1"], Entries(decoder));
    }

    [Fact]
    public void What_is_malformed_and_too_large_is_malformed()
    {
        Http2HeadLimits limits = new() { FieldCountMax = 2 };
        byte[] block = Block(("X-A", "1"), ("x-b", "2"), ("x-c", "3"));
        Assert.Equal(
            Http2HeadStatus.Malformed,
            Http2HeadReader.ReadTrailers(new HpackDecoder(), block, limits, new HeaderBlock()));
    }

    [Fact]
    public void A_list_as_large_as_its_limit_is_not_too_large()
    {
        Http2HeadLimits limits = new() { ListBytesMax = 72, FieldCountMax = 2 };
        byte[] block = Block(("x-a", "1"), ("x-b", "2"));
        Assert.Equal(
            Http2HeadStatus.Complete, Http2HeadReader.ReadTrailers(new HpackDecoder(), block, limits, new HeaderBlock()));
        foreach (Http2HeadLimits less in new[] { limits with { ListBytesMax = 71 }, limits with { FieldCountMax = 1 } })
        {
            Assert.Equal(
                Http2HeadStatus.TooLarge, Http2HeadReader.ReadTrailers(new HpackDecoder(), block, less, new HeaderBlock()));
        }
    }

    [Fact]
    public void A_target_may_be_too_large_by_itself()
    {
        string path = "/" + new string('a', 8192);
        Assert.Equal(
            Http2HeadStatus.TooLarge,
            ReadRequest(
                out _, endStream: true,
                fields: [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a")]));
    }

    [Fact]
    public void A_block_that_means_to_swell_is_given_up()
    {
        // One entry of 4 kB, and a byte for each time that it comes again.
        HpackDecoder decoder = new();
        byte[] block = [.. Literal(0x40, "x", new string('a', 4000)), .. Enumerable.Repeat((byte)0xbe, 10_000)];
        HeaderBlock trailers = new();
        Assert.Equal(Http2HeadStatus.Bomb, ReadTrailers(decoder, block, trailers));
        Assert.InRange(trailers.WireBytesMax, 1, Http2HeadLimits.Default.ListBytesMax);
        Assert.Equal(Http2HeadStatus.Bomb, Http2HeadReader.Skip(new HpackDecoder(), block));
    }

    [Fact]
    public void A_block_of_countless_fields_is_given_up() => Assert.Equal(
        Http2HeadStatus.Bomb, ReadTrailers(new HpackDecoder(), [.. Enumerable.Repeat((byte)0x90, 600)]));

    [Fact]
    public void Reading_and_writing_allocates_nothing_once_it_is_warm()
    {
        HpackDecoder decoder = new();
        HpackEncoder encoder = new();
        RequestHead request = new();
        ResponseHead response = new();
        byte[][] requests = [.. Enumerable.Range(0, 50).Select(static i => RequestBlock(i))];
        byte[][] responses = [.. Enumerable.Range(0, 50).Select(static i => ResponseBlock(i))];
        byte[] room = new byte[4096];
        Run();
        Run();
        Assert.Equal(0, Allocations.Of(Run));

        void Run()
        {
            for (int i = 0; i < requests.Length; i++)
            {
                Http2HeadReader.ReadRequest(decoder, requests[i], Http2HeadLimits.Default, endStream: true, request);
                Http2HeadWriter.WriteRequest(encoder, request, "http"u8, room);
                Http2HeadReader.ReadResponse(
                    decoder, responses[i], Http2HeadLimits.Default, endStream: false, default, response);
                Http2HeadWriter.WriteResponse(encoder, response, room);
            }
        }
    }

    private static byte[] RequestBlock(int i) =>
    [
        0x82, 0x86, .. Literal(0x40, ":path", "/path/" + i), .. Literal(0x40, ":authority", "a.example"),
        .. Literal(0x40, "user-agent", "agent " + (i % 7)), .. Literal(0x40, "x-custom", new string('v', i)),
        .. Literal(0x10, "cookie", "a=1"), .. Literal(0x00, "cookie", "b=2"),
    ];

    private static byte[] ResponseBlock(int i) =>
    [
        0x88, .. Literal(0x40, "server", "s"), .. Literal(0x40, "x-served-by", "host " + i),
        .. Literal(0x00, "content-length", "5"), .. Literal(0x40, "etag", "\"" + i + "\""),
    ];

    private static Http2HeadStatus ReadTrailers(HpackDecoder decoder, byte[] block, HeaderBlock? trailers = null) =>
        Http2HeadReader.ReadTrailers(decoder, block, Http2HeadLimits.Default, trailers ?? new HeaderBlock());
}
