using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Protocols.Tars;
using Mosn.Testing;
using Mosn.Tests.Protocols.Frames;

namespace Mosn.Tests.Protocols.Tars;

public sealed class TarsCodecTests
{
    private static readonly AnyCodec s_codec = AnyCodec.Named("tars");

    [Theory]
    [InlineData("5C", 0)]
    [InlineData("50FD", -3)]
    [InlineData("51FF00", -256)]
    [InlineData("5200010000", 65536)]
    public void A_result_is_read_in_any_width(string field, int expected)
    {
        byte[] body = Convert.FromHexString($"10012C30044C{field}6D000C780C8600980C");
        Assert.Equal(expected, s_codec.Read([0, 0, 0, (byte)(body.Length + 4), .. body], isFromHost: true).Status);
    }

    [Fact]
    public void Pings_are_answered_as_real_servers_do()
    {
        Assert.Equal(RealFrames.TarsHeartbeatReply, s_codec.HeartbeatReply(s_codec.Read(RealFrames.TarsHeartbeat)));
        Assert.Equal(RealFrames.TarsTup2HeartbeatReply, s_codec.HeartbeatReply(s_codec.Read(RealFrames.TarsTup2Heartbeat)));
        Assert.Equal(RealFrames.TarsTupHeartbeatReply, s_codec.HeartbeatReply(s_codec.Read(RealFrames.TarsTupHeartbeat)));
    }

    [Fact]
    public void A_field_that_stands_twice_or_too_late_is_none_of_a_packet()
    {
        byte[] call = RealFrames.TarsRequest;
        Assert.Equal(DecodeStatus.Complete, TarsCodec.Scan(call, new FrameHead()));
        byte[] twice = [.. call.AsSpan(0, 7), 0x3C, .. call.AsSpan(7)]; // The message type, which is 3 already.
        twice[3]++;
        Assert.Equal(DecodeStatus.Malformed, TarsCodec.Scan(twice, new FrameHead()));
    }

    [Fact]
    public void A_packet_without_an_id_is_none() =>
        Assert.Equal(
            DecodeStatus.Malformed,
            s_codec.Scan(Convert.FromHexString("0000001310012C4C5C6D000C780C8600980C00"), s_codec.NewHead(isFromHost: true)));

    [Fact]
    public void A_ping_that_wants_no_answer_gets_none()
    {
        byte[] ping = [0, 0, 0, 0x43, 0x10, 1, 0x20, 1, .. RealFrames.TarsHeartbeat[7..]];
        Assert.Equal(FrameKind.Ignored, s_codec.Read(ping).Kind);
    }

    [Fact]
    public void Pings_of_ours_are_calls_that_a_server_can_read() =>
        Assert.Equal(FrameKind.Heartbeat, s_codec.Read(s_codec.Heartbeat(70_000)).Kind);

    [Fact]
    public void What_is_built_like_a_request_is_an_answer_when_a_host_sends_it()
    {
        Assert.Equal(FrameKind.Response, s_codec.Read(RealFrames.TarsTupHeartbeatReply, isFromHost: true).Kind);
        Assert.Equal(FrameKind.Response, s_codec.Read(RealFrames.TarsRequest, isFromHost: true).Kind);
    }

    [Theory]
    [InlineData(404, -4)]
    [InlineData(502, -8)]
    [InlineData(503, -9)]
    [InlineData(504, -7)]
    [InlineData(500, -99)]
    [InlineData(400, -1)]
    public void A_reply_of_ours_has_a_result_and_a_text(int http, int result)
    {
        byte[] reply = s_codec.Reply(s_codec.Read(RealFrames.TarsRequest), http);
        FrameHead head = s_codec.Read(reply, isFromHost: true);
        Assert.Equal((FrameKind.Response, 2UL, result), (head.Kind, head.Id, head.Status));
        Assert.Contains("|", Encoding.ASCII.GetString(reply), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_of_TUP_is_answered_in_TUP()
    {
        byte[] call = RealFrames.TarsRequest;
        call[5] = 3;
        byte[] reply = s_codec.Reply(s_codec.Read(call), 404);
        FrameHead head = s_codec.Read(reply, isFromHost: true);
        Assert.Equal((FrameKind.Response, 2UL), (head.Kind, head.Id));
        Assert.True(reply.AsSpan().IndexOf("\u0012STATUS_RESULT_CODE\u0016\u0002-4"u8) > 0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_failed_call_of_TUP_has_a_map_of_no_results(byte version)
    {
        // The client of @tars/rpc reads the map first, and ends with its process if there is none.
        byte[] call = RealFrames.TarsRequest;
        call[5] = version;
        byte[] reply = s_codec.Reply(s_codec.Read(call), 404);
        Assert.True(reply.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x7D, 0x00, 0x00, 0x02, 0x08, 0x0C]) > 0, Convert.ToHexString(reply));
    }

    [Theory]
    [InlineData("0", 200)]
    [InlineData("7", 200)]
    [InlineData("-3", 404)]
    [InlineData("-9", 503)]
    [InlineData("-99", 500)]
    [InlineData("-9 ", 500)]
    [InlineData("99999999999", 500)]
    [InlineData("", 500)]
    public void An_answer_of_TUP_has_its_result_in_the_status(string result, int status)
    {
        FrameHead head = s_codec.Read(TupAnswer(("STATUS_GRID", "-4"), ("STATUS_RESULT_CODE", result)), isFromHost: true);
        Assert.Equal(status, s_codec.HttpStatusOf(head));
    }

    [Fact]
    public void An_answer_of_TUP_that_says_nothing_of_a_result_is_a_success() =>
        Assert.Equal(200, s_codec.HttpStatusOf(s_codec.Read(TupAnswer(("STATUS_GRID", "-4")), isFromHost: true)));

    [Fact]
    public void The_status_of_a_call_is_nobodys_result() =>
        Assert.Equal(0, s_codec.Read(TupAnswer(("STATUS_RESULT_CODE", "-3"))).Status);

    [Fact]
    public void The_context_is_read_as_fields_and_written_anew_when_it_is_changed()
    {
        FrameHead head = s_codec.Read(RealFrames.TarsRequest);
        HeaderBlock fields = s_codec.FieldsOf(head);
        fields.Set("method"u8, "other"u8);
        fields.Add("zone"u8, new byte[300].Select(static _ => (byte)'z').ToArray());
        fields.Add("a"u8, "b"u8);
        FrameHead sent = s_codec.Read(s_codec.PassOn(head, 2, fields));
        HeaderBlock again = s_codec.FieldsOf(sent);
        Assert.Equal(4, again.Count);
        Assert.True(again.TryGet("zone"u8, out ReadOnlySpan<byte> zone));
        Assert.Equal(300, zone.Length);
        Assert.True(again.TryGet("method"u8, out ReadOnlySpan<byte> method));
        Assert.True(method.SequenceEqual("other"u8));
        Assert.Equal([0xA8, 0x0C], sent.Bytes[^2..].ToArray());

        again.Remove("zone"u8);
        again.Remove("a"u8);
        again.Set("method"u8, "getUsrName"u8);
        Assert.Equal(RealFrames.TarsRequest, s_codec.PassOn(sent, 2, again));
    }

    [Fact]
    public void A_frame_of_any_length_is_read()
    {
        // MOSN begins to read on the length itself, which goes wrong from 256 bytes on.
        FrameHead head = s_codec.Read(RealFrames.TarsRequest);
        for (int more = 0; more < 1000; more += 37)
        {
            byte[] content = [.. head.Bytes.Slice(head.HeadLength, head.ContentLength), .. new byte[more]];
            Assert.Equal(2UL, s_codec.Read(s_codec.PassOn(head, 2, content: content)).Id);
        }
    }

    /// <summary>A packet built like a request, with this status.</summary>
    private static byte[] TupAnswer(params (string Name, string Value)[] status)
    {
        List<byte> frame = [.. RealFrames.TarsRequest[..^2], 0xA8, 0x00, (byte)status.Length];
        frame[5] = 3;
        foreach ((string name, string value) in status)
        {
            frame.AddRange([0x06, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)]);
            frame.AddRange([0x16, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
        }
        frame[3] = (byte)frame.Count;
        return [.. frame];
    }
}
