using Mosn.Protocols;
using Mosn.Protocols.Http2;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>The two tables that both ends of a connection must have alike, against the text of RFC 7541.</summary>
public class HpackTableTests
{
    /// <summary>Appendix A, from entry 1 on.</summary>
    private const string StaticTable =
        """
        :authority:
        :method: GET
        :method: POST
        :path: /
        :path: /index.html
        :scheme: http
        :scheme: https
        :status: 200
        :status: 204
        :status: 206
        :status: 304
        :status: 400
        :status: 404
        :status: 500
        accept-charset:
        accept-encoding: gzip, deflate
        accept-language:
        accept-ranges:
        accept:
        access-control-allow-origin:
        age:
        allow:
        authorization:
        cache-control:
        content-disposition:
        content-encoding:
        content-language:
        content-length:
        content-location:
        content-range:
        content-type:
        cookie:
        date:
        etag:
        expect:
        expires:
        from:
        host:
        if-match:
        if-modified-since:
        if-none-match:
        if-range:
        if-unmodified-since:
        last-modified:
        link:
        location:
        max-forwards:
        proxy-authenticate:
        proxy-authorization:
        range:
        referer:
        refresh:
        retry-after:
        server:
        set-cookie:
        strict-transport-security:
        transfer-encoding:
        user-agent:
        vary:
        via:
        www-authenticate:
        """;

    [Fact]
    public void Every_entry_of_the_static_table_is_where_it_must_be()
    {
        string[] expected = StaticTable.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(61, expected.Length);
        byte[] all = [.. Enumerable.Range(1, 61).Select(static index => (byte)(0x80 | index))];
        Assert.Equal(expected, Decode(new HpackDecoder(), all).Select(static field => field.TrimEnd()));
    }

    [Fact]
    public void Every_name_of_the_static_table_is_found()
    {
        HpackEncoder encoder = new();
        string[] lines = StaticTable.ReplaceLineEndings("\n").Split('\n');
        string[] names = [.. lines[14..].Select(static line => line.Split(':')[0])];
        for (int i = 0; i < names.Length; i++)
        {
            byte[] room = new byte[100];
            int length = encoder.Put(
                room, 0, KnownHeaders.Of(Bytes(names[i])), Bytes(names[i].ToUpperInvariant()), "v"u8,
                isNeverIndexed: true);
            Assert.Equal([0x1f, (byte)i, 1, (byte)'v'], room[..length]);
        }
    }

    [Theory] // Appendix B: one symbol of each length at least.
    [InlineData(48, 5, 0x0)]
    [InlineData(116, 5, 0x9)]
    [InlineData(32, 6, 0x14)]
    [InlineData(117, 6, 0x2d)]
    [InlineData(58, 7, 0x5c)]
    [InlineData(122, 7, 0x7b)]
    [InlineData(38, 8, 0xf8)]
    [InlineData(90, 8, 0xfd)]
    [InlineData(33, 10, 0x3f8)]
    [InlineData(63, 10, 0x3fc)]
    [InlineData(39, 11, 0x7fa)]
    [InlineData(124, 11, 0x7fc)]
    [InlineData(62, 12, 0xffb)]
    [InlineData(0, 13, 0x1ff8)]
    [InlineData(126, 13, 0x1ffd)]
    [InlineData(94, 14, 0x3ffc)]
    [InlineData(60, 15, 0x7ffc)]
    [InlineData(123, 15, 0x7ffe)]
    [InlineData(92, 19, 0x7fff0)]
    [InlineData(128, 20, 0xfffe6)]
    [InlineData(153, 21, 0x1fffdc)]
    [InlineData(129, 22, 0x3fffd2)]
    [InlineData(1, 23, 0x7fffd8)]
    [InlineData(9, 24, 0xffffea)]
    [InlineData(199, 25, 0x1ffffec)]
    [InlineData(255, 26, 0x3ffffee)]
    [InlineData(254, 27, 0x7fffff0)]
    [InlineData(2, 28, 0xfffffe2)]
    [InlineData(249, 28, 0xffffffe)]
    [InlineData(10, 30, 0x3ffffffc)]
    [InlineData(22, 30, 0x3ffffffe)]
    public void Symbols_have_the_codes_of_the_RFC(byte symbol, int bits, uint code)
    {
        byte[] expected = BitConverter.GetBytes((ulong)code << (64 - bits) | ulong.MaxValue >> bits);
        Array.Reverse(expected);
        byte[] encoded = new byte[HpackHuffman.EncodedLength([symbol])];
        HpackHuffman.Encode([symbol], encoded);
        Assert.Equal(expected[..((bits + 7) / 8)], encoded);

        byte[] room = new byte[HpackHuffman.DecodedLengthMax(encoded.Length)];
        Assert.Equal(1, HpackHuffman.Decode(encoded, room));
        Assert.Equal(symbol, room[0]);
    }
}
