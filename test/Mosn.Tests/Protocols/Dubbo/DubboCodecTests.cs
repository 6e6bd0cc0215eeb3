using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.Frames;
using Mosn.Testing;
using Mosn.Tests.Protocols.Frames;

namespace Mosn.Tests.Protocols.Dubbo;

public sealed class DubboCodecTests
{
    private static readonly AnyCodec s_codec = AnyCodec.Named("dubbo");

    [Fact]
    public void The_fields_of_a_call_are_its_names_and_its_attachments()
    {
        HeaderBlock fields = s_codec.FieldsOf(s_codec.Read(RealFrames.DubboRequest));
        Assert.Equal(
            [
                "dubbo: 2.0.2", "service: x.S", "version: 1.0.0", "method: hi", "application: dubbo2.js", "interface: x.S",
                "path: x.S",
            ],
            LinesOf(fields));
    }

    [Fact]
    public void Changed_fields_are_written_where_they_belong_and_arguments_stay()
    {
        FrameHead head = s_codec.Read(RealFrames.DubboRequest);
        HeaderBlock fields = s_codec.FieldsOf(head);
        fields.Set("service"u8, "x.Other"u8);
        fields.Set("path"u8, Encoding.UTF8.GetBytes("ü" + new string('p', 40)));
        fields.Remove("application"u8);
        fields.Add("x-new"u8, "n"u8);
        FrameHead sent = s_codec.Read(s_codec.PassOn(head, 9, fields));
        Assert.False(sent.IsBroken);
        Assert.Equal(
            [
                "dubbo: 2.0.2", "service: x.Other", "version: 1.0.0", "method: hi", "interface: x.S",
                "path: ü" + new string('p', 40), "x-new: n",
            ],
            LinesOf(s_codec.FieldsOf(sent)));
        Assert.True(sent.Bytes.IndexOf("\u0003bob"u8) > 0);
    }

    [Fact]
    public void A_version_that_is_null_stays_null()
    {
        byte[] payload = [.. "\u00052.0.2\u0003x.SN\u0002hi\u0000N"u8];
        byte[] frame = [0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)payload.Length, .. payload];
        FrameHead head = s_codec.Read(frame);
        HeaderBlock fields = s_codec.FieldsOf(head);
        Assert.Equal(["dubbo: 2.0.2", "service: x.S", "method: hi"], LinesOf(fields));
        fields.Add("x-new"u8, "n"u8);
        byte[] sent = s_codec.PassOn(head, 1, fields);
        Assert.True(sent.AsSpan().IndexOf("\u0003x.SN\u0002hi\u0000H\u0005x-new\u0001nZ"u8) > 0);
    }

    [Theory]
    [InlineData("91")] // A number where the version of the protocol belongs.
    [InlineData("05322E302E3203782E5305312E302E30")] // No method.
    [InlineData("")]
    public void A_call_whose_names_cannot_be_read_is_broken(string payloadHex)
    {
        byte[] payload = Convert.FromHexString(payloadHex);
        FrameHead head = s_codec.Read(
            [0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)payload.Length, .. payload]);
        Assert.True(head.IsBroken);
        Assert.Equal(70, s_codec.Reply(head, 400)[3]);
    }

    [Fact]
    public void A_call_in_another_serialization_passes_without_fields()
    {
        byte[] frame = RealFrames.DubboRequest;
        frame[2] = 0xC6; // fastjson
        FrameHead head = s_codec.Read(frame);
        Assert.False(head.IsBroken);
        Assert.Empty(LinesOf(s_codec.FieldsOf(head)));
        Assert.Equal(frame, s_codec.PassOn(head, 1));
    }

    [Fact]
    public void A_go_away_is_that_of_a_Java_server()
    {
        byte[] room = new byte[DubboCodec.OwnFrameLengthMax];
        byte[] frame = room[..DubboCodec.WriteGoAway(9, room)];
        Assert.Equal("DABBA2000000000000000009000000020152", Convert.ToHexString(frame));
        Assert.Equal(FrameKind.GoAway, s_codec.Read(frame, isFromHost: true).Kind);
    }

    [Theory]
    [InlineData("E2", "4E", FrameKind.Heartbeat)]
    [InlineData("E2", "0157", FrameKind.Heartbeat)] // It wants an answer, so it gets one.
    [InlineData("A2", "0152", FrameKind.GoAway)]
    [InlineData("A2", "0157", FrameKind.Ignored)]
    [InlineData("A2", "4E", FrameKind.Ignored)]
    [InlineData("22", "4E", FrameKind.HeartbeatReply)]
    public void Events_are_told_by_their_flags(string flags, string payload, FrameKind expected)
    {
        byte[] frame = Convert.FromHexString($"DABB{flags}000000000000000007{payload.Length / 2:X8}{payload}");
        Assert.Equal(expected, s_codec.Read(frame, isFromHost: true).Kind);
    }

    [Theory]
    [InlineData(200, 20, "910B3230307C73756363657373")]
    [InlineData(403, 80, "153430337C7065726D697373696F6E2064656E696564")]
    [InlineData(404, 60, "163430347C726F7574657220756E617661696C61626C65")]
    [InlineData(500, 70, "123530307C696E7465726E616C206572726F72")]
    [InlineData(502, 60, "163530327C6E6F206865616C746820757073747265616D")]
    [InlineData(503, 40, "153530337C757073747265616D206F766572666C6F77")]
    [InlineData(504, 30, "0B3530347C74696D656F7574")]
    [InlineData(429, 40, "123530397C6C696D6974206578636565646564")]
    [InlineData(400, 70, "14337C646573657269616C20657863657074696F6E")]
    [InlineData(413, 70, "11307C636F64656320657863657074696F6E")]
    [InlineData(418, 70, "09327C756E6B6E6F776E")]
    public void A_reply_of_ours_has_the_status_and_the_text_that_MOSN_gives_it(int http, byte status, string payload)
    {
        byte[] reply = s_codec.Reply(s_codec.Read(RealFrames.DubboRequest), http);
        Assert.Equal((status, payload), (reply[3], Convert.ToHexString(reply.AsSpan(16))));
        Assert.Equal(payload.Length / 2, reply[15]);
    }

    [Fact]
    public void Heartbeats_are_those_of_Java()
    {
        Assert.Equal(RealFrames.DubboHeartbeat, s_codec.Heartbeat(7));
        Assert.Equal(RealFrames.DubboHeartbeatReply, s_codec.HeartbeatReply(s_codec.Read(RealFrames.DubboHeartbeat)));
    }

    [Theory]
    [InlineData(20, 200)]
    [InlineData(31, 504)]
    [InlineData(60, 404)]
    [InlineData(80, 500)]
    [InlineData(100, 503)]
    [InlineData(7, 500)]
    public void A_status_has_one_of_http(byte status, int http)
    {
        byte[] frame = RealFrames.DubboResponse;
        frame[3] = status;
        Assert.Equal(http, s_codec.HttpStatusOf(s_codec.Read(frame, isFromHost: true)));
    }

    private static string[] LinesOf(HeaderBlock fields) =>
    [
        .. Enumerable.Range(0, fields.Count).Select(
            i => $"{Encoding.UTF8.GetString(fields.Name(i))}: {Encoding.UTF8.GetString(fields.Value(i))}"),
    ];
}
