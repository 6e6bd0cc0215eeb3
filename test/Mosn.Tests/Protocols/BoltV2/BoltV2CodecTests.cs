using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Testing;
using Mosn.Tests.Protocols.Frames;

namespace Mosn.Tests.Protocols.BoltV2;

public sealed class BoltV2CodecTests
{
    private static readonly AnyCodec s_codec = AnyCodec.Named("boltv2");

    [Fact]
    public void The_checksum_is_that_of_zlib() =>
        Assert.Equal(0xCBF43926u, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));

    [Fact]
    public void A_frame_of_which_a_bit_was_lost_is_not_what_was_sent()
    {
        byte[] frame = RealFrames.BoltV2Request;
        for (int i = 24; i < frame.Length; i++)
        {
            byte[] damaged = RealFrames.BoltV2Request;
            damaged[i] ^= 1;
            FrameHead head = s_codec.NewHead();
            Assert.Equal(DecodeStatus.Complete, s_codec.Scan(damaged, head));
            Assert.False(s_codec.Inspect(head, damaged), $"byte {i}");
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, 4)]
    [InlineData(2, 3, 4)]
    public void There_is_a_checksum_only_if_framing_and_switch_say_so(byte framing, byte flags, int expected)
    {
        byte[] frame = RealFrames.BoltV2Heartbeat;
        frame[1] = framing;
        frame[11] = flags;
        FrameHead head = s_codec.NewHead();
        Assert.Equal(DecodeStatus.Complete, s_codec.Scan(frame, head));
        Assert.Equal((expected, 24 + expected), (head.TrailerLength, head.Length));
    }

    [Fact]
    public void A_heartbeat_is_answered_with_a_checksum_exactly_if_it_has_one()
    {
        Assert.Equal(RealFrames.BoltV2HeartbeatReply, s_codec.HeartbeatReply(s_codec.Read(RealFrames.BoltV2Heartbeat)));
        byte[] without = Convert.FromHexString("02010100000100000003010000000BB80000000000000000");
        Assert.Equal(
            Convert.FromHexString("02010000000100000003010000000000000000000000"), s_codec.HeartbeatReply(s_codec.Read(without)));
    }

    [Fact]
    public void A_frame_of_either_version_is_answered_in_its_own()
    {
        Assert.Equal(1, s_codec.Reply(s_codec.Read(RealFrames.BoltRequest), 404)[0]);
        byte[] answer = s_codec.Reply(s_codec.Read(RealFrames.BoltV2Request), 404);
        Assert.Equal((2, 26), (answer[0], answer.Length));
        Assert.Equal(6, s_codec.Read(answer, isFromHost: true).Status);
    }
}
