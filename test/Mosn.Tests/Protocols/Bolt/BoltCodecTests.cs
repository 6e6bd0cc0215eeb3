using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Bolt;

public sealed class BoltCodecTests
{
    private static readonly byte[] s_heartbeat = Convert.FromHexString("01010000010000000301" + "00000bb8" + "0000000000000000");
    private static readonly byte[] s_heartbeatAck = Convert.FromHexString("0100000001000000030100000000000000000000");

    [Theory]
    [InlineData("01", ProtocolMatch.Yes)]
    [InlineData("", ProtocolMatch.More)]
    [InlineData("02", ProtocolMatch.No)]
    public void Its_first_byte_tells_it(string start, ProtocolMatch expected) =>
        Assert.Equal(expected, BoltCodec.Match(Convert.FromHexString(start)));

    [Fact]
    public void A_call_is_understood_from_any_prefix_that_holds_its_head()
    {
        byte[] frame = BoltFrames.Request(7, "content", fields: [("service", "x.S:1.0"), ("a", "b")]);
        int headLength = frame.Length - "content".Length;
        for (int length = 0; length <= frame.Length; length++)
        {
            FrameHead head = new();
            DecodeStatus expected = length < headLength ? DecodeStatus.NeedMore : DecodeStatus.Complete;
            Assert.Equal(expected, BoltCodec.Scan(frame.AsSpan(0, length), head));
            if (expected == DecodeStatus.Complete)
            {
                Assert.Equal(
                    (FrameKind.Request, 7UL, 3000L, frame.Length, headLength, false),
                    (head.Kind, head.Id, head.TimeoutMs, head.Length, head.HeadLength, head.IsBroken));
            }
        }
    }

    [Theory]
    [InlineData("0103", DecodeStatus.Malformed)]
    [InlineData("0301", DecodeStatus.Malformed)]
    [InlineData("0203", DecodeStatus.Malformed)]
    [InlineData("020103", DecodeStatus.Malformed)]
    [InlineData("020201000101000000010180", DecodeStatus.Malformed)]
    [InlineData("0101", DecodeStatus.NeedMore)]
    public void A_type_that_does_not_exist_is_no_frame(string start, DecodeStatus expected) =>
        Assert.Equal(expected, BoltCodec.Scan(Convert.FromHexString(start), new FrameHead()));

    [Fact]
    public void A_header_map_that_goes_beyond_its_end_breaks_the_frame_and_not_the_framing()
    {
        byte[] frame = BoltFrames.Request(7, "content", fields: [("service", "x")]);
        frame[22 + 44 + 3] = 200;
        FrameHead head = new();
        Assert.Equal(DecodeStatus.Complete, BoltCodec.Scan(frame, head));
        Assert.True(head.IsBroken);
        Assert.Equal(frame.Length, head.Length);
    }

    [Fact]
    public void Heartbeats_are_those_of_real_peers()
    {
        FrameHead head = HeadOf(s_heartbeat);
        Assert.Equal(FrameKind.Heartbeat, head.Kind);
        byte[] room = new byte[64];
        Assert.Equal(s_heartbeatAck, room[..BoltCodec.WriteHeartbeatReply(head, room)]);
        Assert.Equal(FrameKind.HeartbeatReply, HeadOf(s_heartbeatAck).Kind);
        Assert.Equal(BoltFrames.Heartbeat(9), room[..BoltCodec.WriteHeartbeat(9, room)]);
    }

    [Theory]
    [InlineData(200, 0)]
    [InlineData(404, 6)]
    [InlineData(502, 6)]
    [InlineData(503, 4)]
    [InlineData(504, 7)]
    [InlineData(403, 2)]
    [InlineData(400, 18)]
    [InlineData(500, 3)]
    [InlineData(999, 3)]
    public void A_reply_of_ours_has_the_status_that_MOSN_gives_it(int http, int status)
    {
        byte[] room = new byte[64];
        int length = BoltCodec.WriteReply(HeadOf(BoltFrames.Request(5)), http, room);
        Assert.Equal(BoltFrames.Response(5, status: (ushort)status), room[..length]);
    }

    [Theory]
    [InlineData(0, 200)]
    [InlineData(4, 503)]
    [InlineData(7, 504)]
    [InlineData(16, 502)]
    [InlineData(2, 500)]
    [InlineData(777, 500)]
    public void A_status_has_one_of_http(int status, int http) =>
        Assert.Equal(http, BoltCodec.HttpStatusOf(HeadOf(BoltFrames.Response(1, status: (ushort)status))));

    [Fact]
    public void Only_the_id_of_a_frame_that_nobody_changed_is_another()
    {
        byte[] frame = BoltFrames.Request(7, "content", fields: [("service", "x.S:1.0")]);
        FrameHead head = HeadOf(frame);
        byte[] room = new byte[BoltCodec.MaxHeadLength(head, null)];
        int length = BoltCodec.WriteHead(head, null, 0x01020304, room);
        BoltCodec.SetContentLength(room, 7);
        byte[] expected = BoltFrames.Request(0x01020304, "content", fields: [("service", "x.S:1.0")]);
        Assert.Equal(expected[..^7], room[..length]);
    }

    [Fact]
    public void Changed_fields_are_written_and_the_others_stay_as_they_were()
    {
        byte[] frame = BoltFrames.Request(
            7, "c", fields: [("service", "x"), ("not a field", "\r\n"), ("gone", "1"), ("kept", "old")]);
        FrameHead head = HeadOf(frame);
        HeaderBlock fields = new();
        Assert.True(BoltCodec.TryReadFields(head, fields));
        Assert.Equal(3, fields.Count);
        fields.Remove("gone"u8);
        fields.Set("kept"u8, "a much longer value"u8);
        fields.Add("new"u8, "n"u8);
        byte[] room = new byte[BoltCodec.MaxHeadLength(head, fields)];
        int length = BoltCodec.WriteHead(head, fields, 7, room);
        BoltCodec.SetContentLength(room, 1);
        byte[] expected = BoltFrames.Request(
            7,
            "c",
            fields: [("service", "x"), ("not a field", "\r\n"), ("kept", "a much longer value"), ("new", "n")]);
        Assert.Equal(expected[..^1], room[..length]);
    }

    [Fact]
    public void A_null_value_stays_null()
    {
        byte[] map = [.. BoltFrames.Map(("a", ""))[..5], 0xFF, 0xFF, 0xFF, 0xFF, .. BoltFrames.Map(("b", "c"))];
        HeaderBlock fields = new();
        Assert.True(BoltFields.TryRead(map, fields));
        Assert.Equal(1, fields.Count);
        fields.Set("b"u8, "d"u8);
        byte[] room = new byte[BoltFields.MaxLength(map, fields)];
        int length = BoltFields.Write(map, fields, room);
        Assert.Equal([.. map[..9], .. BoltFrames.Map(("b", "d"))], room[..length]);
    }

    [Fact]
    public void The_service_and_the_method_are_those_of_SOFARPC()
    {
        FrameHead head = HeadOf(BoltFrames.Request(
            1, fields: [("sofa_head_target_service", "x.S:1.0"), ("sofa_head_method_name", "echo")]));
        Assert.True(BoltCodec.TryGetNames(head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method));
        Assert.Equal(("x.S:1.0", "echo"), (Encoding.ASCII.GetString(service), Encoding.ASCII.GetString(method)));
    }

    private static FrameHead HeadOf(byte[] frame)
    {
        FrameHead head = new();
        Assert.Equal(DecodeStatus.Complete, BoltCodec.Scan(frame, head));
        head.Source = new HeldFrame(frame);
        return head;
    }
}
