using Mosn.Protocols.Http2;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>The examples of RFC 7541 appendix C, all of them.</summary>
public class HpackExampleTests
{
    private static readonly string[] FirstRequest =
        [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];

    private static readonly string[] SecondRequest = [.. FirstRequest, "cache-control: no-cache"];

    private static readonly string[] ThirdRequest =
    [
        ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
        "custom-key: custom-value",
    ];

    private static readonly string[] FirstResponse =
    [
        ":status: 302", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
        "location: https://www.example.com",
    ];

    private static readonly string[] SecondResponse = [":status: 307", .. FirstResponse[1..]];

    private static readonly string[] ThirdResponse =
    [
        ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT",
        "location: https://www.example.com", "content-encoding: gzip",
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ];

    [Theory]
    [InlineData(10, 5, "0a")] // C.1.1
    [InlineData(1337, 5, "1f9a0a")] // C.1.2
    [InlineData(42, 8, "2a")] // C.1.3
    public void Integers_of_section_C1(int value, int prefixBits, string hex)
    {
        byte[] room = new byte[HpackInteger.BytesMax];
        int length = HpackInteger.Put(room, 0, prefixBits, 0, value);
        Assert.Equal(Hex(hex), room[..length]);

        int at = 0;
        Assert.True(HpackInteger.TryRead(Hex(hex), ref at, prefixBits, out int read));
        Assert.Equal((value, length), (read, at));
    }

    [Theory]
    [InlineData("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key: custom-header", 55)] // C.2.1
    [InlineData("040c 2f73 616d 706c 652f 7061 7468", ":path: /sample/path", 0)] // C.2.2
    [InlineData("1008 7061 7373 776f 7264 0673 6563 7265 74", "password: secret (never)", 0)] // C.2.3
    [InlineData("82", ":method: GET", 0)] // C.2.4
    public void Fields_of_section_C2(string hex, string field, int tableSize)
    {
        HpackDecoder decoder = new();
        Assert.Equal([field], Decode(decoder, Hex(hex)));
        Assert.Equal(tableSize, decoder.Table.Size);
    }

    [Fact]
    public void Requests_of_section_C3() => AssertRequests(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");

    [Fact]
    public void Requests_with_Huffman_coding_of_section_C4() => AssertRequests(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");

    [Fact]
    public void Responses_of_section_C5() => AssertResponses(
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d"
        + "546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "4803 3330 37c1 c0bf",
        "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f"
        + "6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b"
        + "2076 6572 7369 6f6e 3d31");

    [Fact]
    public void Responses_with_Huffman_coding_of_section_C6() => AssertResponses(
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7"
        + "8f0b 97c8 e9ae 82ae 43d3",
        "4883 640e ffc1 c0bf",
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335"
        + "dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07");

    [Theory]
    [InlineData("www.example.com", "f1e3 c2e5 f23a 6ba0 ab90 f4ff")]
    [InlineData("no-cache", "a8eb 1064 9cbf")]
    [InlineData("custom-key", "25a8 49e9 5ba9 7d7f")]
    [InlineData("custom-value", "25a8 49e9 5bb8 e8b4 bf")]
    [InlineData("302", "6402")]
    [InlineData("private", "aec3 771a 4b")]
    [InlineData("Mon, 21 Oct 2013 20:13:21 GMT", "d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff")]
    [InlineData("https://www.example.com", "9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3")]
    [InlineData("gzip", "9bd9 ab")]
    public void Strings_are_encoded_as_the_examples_have_them(string text, string hex)
    {
        byte[] encoded = new byte[HpackHuffman.EncodedLength(Bytes(text))];
        HpackHuffman.Encode(Bytes(text), encoded);
        Assert.Equal(Hex(hex), encoded);
    }

    private static void AssertRequests(string first, string second, string third)
    {
        HpackDecoder decoder = new();
        Assert.Equal(FirstRequest, Decode(decoder, Hex(first)));
        Assert.Equal([":authority: www.example.com"], Entries(decoder));
        Assert.Equal(57, decoder.Table.Size);

        Assert.Equal(SecondRequest, Decode(decoder, Hex(second)));
        Assert.Equal(["cache-control: no-cache", ":authority: www.example.com"], Entries(decoder));
        Assert.Equal(110, decoder.Table.Size);

        Assert.Equal(ThirdRequest, Decode(decoder, Hex(third)));
        Assert.Equal(
            ["custom-key: custom-value", "cache-control: no-cache", ":authority: www.example.com"], Entries(decoder));
        Assert.Equal(164, decoder.Table.Size);
    }

    private static void AssertResponses(string first, string second, string third)
    {
        HpackDecoder decoder = new();
        decoder.Table.Resize(256);
        Assert.Equal(FirstResponse, Decode(decoder, Hex(first)));
        Assert.Equal([FirstResponse[3], FirstResponse[2], FirstResponse[1], FirstResponse[0]], Entries(decoder));
        Assert.Equal(222, decoder.Table.Size);

        // Larger than what is left: the oldest entry leaves.
        Assert.Equal(SecondResponse, Decode(decoder, Hex(second)));
        Assert.Equal([":status: 307", FirstResponse[3], FirstResponse[2], FirstResponse[1]], Entries(decoder));
        Assert.Equal(222, decoder.Table.Size);

        Assert.Equal(ThirdResponse, Decode(decoder, Hex(third)));
        Assert.Equal([ThirdResponse[5], ThirdResponse[4], ThirdResponse[2]], Entries(decoder));
        Assert.Equal(215, decoder.Table.Size);
    }
}
