using Mosn.Protocols;
using Mosn.Protocols.Grpc;

namespace Mosn.Tests.Protocols.Grpc;

/// <summary>The messages of a health check, and the prefix of every message.</summary>
public sealed class GrpcHealthMessagesTests
{
    [Fact]
    public void A_request_names_its_service()
    {
        Assert.Equal([0, 0, 0, 0, 0], GrpcHealthMessages.Request(""));
        Assert.Equal([0, 0, 0, 0, 5, 0x0A, 3, (byte)'a', (byte)'.', (byte)'B'], GrpcHealthMessages.Request("a.B"));
        byte[] longest = GrpcHealthMessages.Request(new string('x', 300));
        Assert.Equal([0, 0, 0, 1, 0x2F, 0x0A, 0xAC, 2, (byte)'x'], longest[..9]);
        Assert.Equal(308, longest.Length);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0801", 1)]
    [InlineData("0802", 2)]
    [InlineData("08020801", 1)]
    [InlineData("0880808080808080808001", 0x8000_0000_0000_0000)]
    [InlineData("1007" + "0801" + "1D01020304" + "21" + "0102030405060708" + "2A03616263", 1)] // Fields of versions to come.
    public void A_response_has_a_status(string hex, ulong status)
    {
        Assert.True(GrpcHealthMessages.TryReadStatus(Convert.FromHexString(hex), out ulong read));
        Assert.Equal(status, read);
    }

    [Theory]
    [InlineData("08")]
    [InlineData("0880")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("00")]
    [InlineData("0001")]
    [InlineData("0B")]
    [InlineData("1D0102")]
    [InlineData("2A05616263")]
    [InlineData("2AFFFFFFFFFFFFFFFFFF01")]
    public void What_is_no_message_is_none(string hex) =>
        Assert.False(GrpcHealthMessages.TryReadStatus(Convert.FromHexString(hex), out _));

    [Fact]
    public void Random_bytes_never_throw()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(20)];
            random.NextBytes(bytes);
            GrpcHealthMessages.TryReadStatus(bytes, out _);
            DecodeStatus status = GrpcFrame.Read(bytes, out uint length, out _);
            Assert.True(status != DecodeStatus.Complete || length <= bytes.Length - GrpcFrame.PrefixLength, $"seed {seed}, round {i}");
        }
    }

    [Theory]
    [InlineData("", DecodeStatus.NeedMore, 0, false)]
    [InlineData("00000000", DecodeStatus.NeedMore, 0, false)]
    [InlineData("0000000000", DecodeStatus.Complete, 0, false)]
    [InlineData("010000000161", DecodeStatus.Complete, 1, true)]
    [InlineData("0000000002FF", DecodeStatus.NeedMore, 2, false)]
    [InlineData("00FFFFFFFF00", DecodeStatus.NeedMore, uint.MaxValue, false)]
    [InlineData("02", DecodeStatus.Malformed, 0, false)]
    [InlineData("80000000050000000000", DecodeStatus.Malformed, 0, false)]
    public void A_prefix_tells_the_length_and_whether_the_message_is_compressed(
        string hex, DecodeStatus status, uint length, bool isCompressed)
    {
        Assert.Equal(status, GrpcFrame.Read(Convert.FromHexString(hex), out uint read, out bool compressed));
        Assert.Equal((length, isCompressed), (read, compressed));
    }
}
