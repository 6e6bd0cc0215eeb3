using System.Text;
using Mosn.Protocols.Grpc;

namespace Mosn.Tests.Protocols.Grpc;

/// <summary>Base64 in any split, padded anywhere, and nothing that only looks like it.</summary>
public sealed class GrpcWebTextReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("YQ==", "a")]
    [InlineData("YWI=", "ab")]
    [InlineData("YWJj", "abc")]
    [InlineData("YQ==YWI=YWJj", "aababc")]
    [InlineData("YWJjYQ==YWJjYWJj", "abcaabcabc")]
    public void Every_split_decodes_to_the_same(string text, string plain)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        for (int i = 0; i <= bytes.Length; i++)
        {
            for (int j = i; j <= bytes.Length; j++)
            {
                Assert.Equal(plain, Decode(bytes[..i], bytes[i..j], bytes[j..]));
            }
        }
    }

    [Theory]
    [InlineData("Y")]
    [InlineData("YQ")]
    [InlineData("YQ=")]
    [InlineData("YWJjY")]
    public void What_is_not_whole_says_so(string text) => Assert.Equal("cut short", Decode(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("====")]
    [InlineData("Y===")]
    [InlineData("=QQQ")]
    [InlineData("YQ=Q")]
    [InlineData("YR==")]
    [InlineData("YWJ=")]
    [InlineData("YW Jj")]
    [InlineData("YWJj\r\nYWJj")]
    [InlineData("YW-_")]
    [InlineData("YWJ\0")]
    [InlineData("YWJ\u00e4")]
    public void What_is_not_base64_is_refused_at_any_split(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int i = 0; i <= bytes.Length; i++)
        {
            Assert.Equal("wrong", Decode(bytes[..i], bytes[i..]));
        }
    }

    [Fact]
    public void Random_bodies_come_back_whatever_the_splits_the_padding_and_the_room()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] plain = new byte[random.Next(2000)];
            random.NextBytes(plain);
            StringBuilder text = new();
            for (int at = 0; at < plain.Length;)
            {
                int length = Math.Min(plain.Length - at, random.Next(1, 300));
                text.Append(Convert.ToBase64String(plain, at, length));
                at += length;
            }
            byte[] bytes = Encoding.ASCII.GetBytes(text.ToString());
            GrpcWebTextReader reader = default;
            List<byte> decoded = [];
            byte[] room = new byte[random.Next(GrpcWebTextReader.RoomMin, 400)];
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(bytes.Length - at, random.Next(1, 200));
                ReadOnlySpan<byte> piece = bytes.AsSpan(at, length);
                while (!piece.IsEmpty)
                {
                    Assert.True(reader.TryRead(ref piece, room, out int written), $"seed {seed}, round {round}");
                    decoded.AddRange(room.AsSpan(0, written));
                }
                at += length;
            }
            Assert.True(reader.IsWhole);
            Assert.True(plain.AsSpan().SequenceEqual(decoded.ToArray()), $"seed {seed}, round {round}");
        }
    }

    private static string Decode(params byte[][] pieces)
    {
        GrpcWebTextReader reader = default;
        StringBuilder text = new();
        Span<byte> room = stackalloc byte[7];
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> input = piece;
            while (!input.IsEmpty)
            {
                if (!reader.TryRead(ref input, room, out int length))
                {
                    return "wrong";
                }
                text.Append(Encoding.Latin1.GetString(room[..length]));
            }
        }
        return reader.IsWhole ? text.ToString() : "cut short";
    }
}
