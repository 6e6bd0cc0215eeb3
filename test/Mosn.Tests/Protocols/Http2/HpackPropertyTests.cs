using CsCheck;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>What holds for any bytes and any fields. CsCheck prints the seed of a failure.</summary>
public class HpackPropertyTests
{
    private static readonly Gen<string> Names = Gen.OneOf(
        Pick(
            "server", "date", "content-type", "cookie", "set-cookie", "authorization", "x-a", "X-B", "X-Api-Key", "allow",
            "Link", "accept-encoding", "grpc-status", "x-request-id", "Strict-Transport-Security", "x-forwarded-for"),
        Gen.Char["abcdefgXYZ-_0189.!^~"].Array[1, 12].Select(static letters => new string(letters)));

    private static readonly Gen<string> Values = Gen.OneOf(
        Pick("", "a", "gzip, deflate", "text/html; charset=utf-8", "Mon, 21 Oct 2013 20:13:21 GMT", "trailers"),
        Gen.Char['!', '~'].Array[0, 40].Select(static letters => new string(letters)),
        Gen.Char['\u0080', '\u00ff'].Array[0, 20].Select(static letters => new string(letters)),
        Gen.Char['a', 'z'].Array[600, 1500].Select(static letters => new string(letters)));

    private static readonly Gen<(string Name, string Value)[]> Lists = Gen.Select(Names, Values).Array[0, 24];

    /// <summary>Few enough that they repeat, so that the table is used.</summary>
    private static readonly Gen<(string Name, string Value)[]> FewLists = Gen.Select(
        Pick("server", "x-a", "x-b", "X-A", "date", "cookie", "set-cookie"),
        Pick("1", "22", "333", new string('4', 60), new string('5', 900))).Array[0, 12];

    private static readonly Gen<int> TableBytes = Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, 10_000], Gen.Const(-1));

    private static readonly Gen<byte> Noise =
        Gen.OneOf(Gen.Byte, Gen.Byte[0x80, 0xC4], Pick<byte>(0, 1, 0x40, 0x3F, 0x7F));

    [Fact]
    public void What_an_encoder_says_a_decoder_understands_whatever_the_size_of_the_table() =>
        Gen.Select(Gen.OneOf(Lists, FewLists), TableBytes).Array[1, 30].Sample(blocks =>
        {
            HpackEncoder encoder = new();
            HpackDecoder decoder = new(tableBytesMax: 10_000);
            foreach (((string Name, string Value)[] fields, int tableBytes) in blocks)
            {
                if (tableBytes >= 0)
                {
                    encoder.TableBytesMax = 10_000 - tableBytes;
                    encoder.TableBytesMax = tableBytes;
                }
                HeaderBlock headers = new();
                foreach ((string name, string value) in fields)
                {
                    headers.Add(Bytes(name), Bytes(value));
                }
                byte[] block = Write(encoder, headers);
                string[] expected = [.. fields.Select(static field => $"{Lower(field.Name)}: {field.Value}")];
                IEnumerable<string> decoded = Decode(decoder, block)
                    .Select(static field => field.Replace(" (never)", "", StringComparison.Ordinal));
                Assert.Equal(expected, decoded);
                Assert.Equal((encoder.Table.Size, encoder.Table.Count), (decoder.Table.Size, decoder.Table.Count));
            }
        });

    [Fact]
    public void Any_integer_survives() =>
        Gen.Select(Gen.OneOf(Gen.Int[0, 600], Gen.Int[0, 1 << 28]), Gen.Int[4, 7]).Sample((value, prefixBits) =>
        {
            byte[] room = new byte[HpackInteger.BytesMax];
            int length = HpackInteger.Put(room, 0, prefixBits, 0, value);
            int at = 0;
            Assert.True(HpackInteger.TryRead(room.AsSpan(0, length), ref at, prefixBits, out int read));
            Assert.Equal((value, length), (read, at));
        });

    [Fact]
    public void Any_text_survives_Huffman_coding() =>
        Gen.OneOf(Gen.Byte.Array[0, 200], Values.Select(Bytes)).Sample(text =>
        {
            byte[] encoded = new byte[HpackHuffman.EncodedLength(text)];
            HpackHuffman.Encode(text, encoded);
            byte[] room = new byte[HpackHuffman.DecodedLengthMax(encoded.Length)];
            int length = HpackHuffman.Decode(encoded, room);
            Assert.Equal(text, length < 0 ? null : room[..length]);
        });

    [Fact]
    public void Bytes_that_are_Huffman_coded_text_have_one_text_only() =>
        Gen.Byte.Array[0, 24].Sample(encoded =>
        {
            byte[] room = new byte[HpackHuffman.DecodedLengthMax(encoded.Length)];
            int length = HpackHuffman.Decode(encoded, room);
            if (length >= 0)
            {
                byte[] again = new byte[HpackHuffman.EncodedLength(room.AsSpan(0, length))];
                HpackHuffman.Encode(room.AsSpan(0, length), again);
                Assert.Equal(encoded, again);
            }
        });

    [Fact]
    public void No_bytes_make_a_reader_throw() =>
        Gen.Select(Noise.Array[0, 60].Array[1, 6], Gen.Bool)
            .Sample((blocks, endStream) =>
            {
                HpackDecoder decoder = new();
                RequestHead request = new();
                ResponseHead response = new();
                foreach (byte[] block in blocks)
                {
                    Http2HeadReader.ReadRequest(decoder, block, Http2HeadLimits.Default, endStream, request);
                    Http2HeadReader.ReadResponse(
                        decoder, block, Http2HeadLimits.Default, endStream, RequestMethodHint.Other, response);
                    Http2HeadReader.ReadTrailers(decoder, block, Http2HeadLimits.Default, request.Headers);
                    Http2HeadReader.Skip(decoder, block);
                }
            });

    [Fact]
    public void A_block_leaves_the_same_table_whether_it_is_kept_or_not() =>
        Gen.OneOf(Lists, FewLists).Array[1, 12].Sample(blocks =>
        {
            HpackEncoder encoder = new();
            HpackDecoder reading = new();
            HpackDecoder skipping = new();
            HpackDecoder refusing = new();
            foreach ((string Name, string Value)[] fields in blocks)
            {
                HeaderBlock headers = new();
                foreach ((string name, string value) in fields)
                {
                    headers.Add(Bytes(name), Bytes(value));
                }
                byte[] block = Write(encoder, headers);
                Http2HeadReader.ReadTrailers(reading, block, Http2HeadLimits.Default, headers);
                Http2HeadReader.Skip(skipping, block);
                Http2HeadReader.ReadTrailers(
                    refusing, block, new Http2HeadLimits { ListBytesMax = 20_000, FieldCountMax = 7 }, headers);
                Assert.Equal(Entries(reading), Entries(skipping));
                Assert.Equal(Entries(reading), Entries(refusing));
            }
        });

    private static Gen<T> Pick<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static string Lower(string text) =>
        string.Concat(text.Select(static letter => letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20) : letter));
}
