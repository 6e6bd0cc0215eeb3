using System.Buffers.Binary;
using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.DubboThrift;
using Mosn.Protocols.Frames;
using Mosn.Testing;
using Mosn.Tests.Protocols.Frames;

namespace Mosn.Tests.Protocols.DubboThrift;

public sealed class DubboThriftCodecTests
{
    private static readonly AnyCodec s_codec = AnyCodec.Named("dubbo-thrift");

    public static TheoryData<bool> WithPath => [false, true];

    [Theory]
    [MemberData(nameof(WithPath))]
    public void The_fields_of_a_call_are_those_of_MOSN(bool hasPath)
    {
        HeaderBlock fields = s_codec.FieldsOf(s_codec.Read(Request(hasPath)));
        Assert.Equal(
            ["service: x.S", "method: hi", "seqId: 1", "messageType: 1"],
            Enumerable.Range(0, fields.Count).Select(
                i => $"{Encoding.ASCII.GetString(fields.Name(i))}: {Encoding.ASCII.GetString(fields.Value(i))}"));
    }

    [Theory]
    [MemberData(nameof(WithPath))]
    public void Another_service_and_method_are_written_and_the_rest_stays(bool hasPath)
    {
        FrameHead head = s_codec.Read(Request(hasPath));
        HeaderBlock fields = s_codec.FieldsOf(head);
        fields.Set("service"u8, "x.Other"u8);
        fields.Set("method"u8, "bye"u8);
        FrameHead sent = s_codec.Read(s_codec.PassOn(head, 5, fields));
        HeaderBlock again = s_codec.FieldsOf(sent);
        Assert.True(again.TryGet("service"u8, out ReadOnlySpan<byte> service) && service.SequenceEqual("x.Other"u8));
        Assert.True(again.TryGet("method"u8, out ReadOnlySpan<byte> method) && method.SequenceEqual("bye"u8));
        again.Set("service"u8, "x.S"u8);
        again.Set("method"u8, "hi"u8);
        Assert.Equal(Request(hasPath), s_codec.PassOn(sent, 5, again));
    }

    [Theory]
    [MemberData(nameof(WithPath))]
    public void A_call_that_no_route_takes_gets_the_answer_of_MOSN(bool hasPath) =>
        Assert.Equal(RealFrames.DubboThriftNoRoute, s_codec.Reply(s_codec.Read(Request(hasPath)), 404));

    [Theory]
    [InlineData(0xFFFF_FFF4u)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(0x0000_0100u)]
    public void A_service_that_is_longer_than_its_head_is_no_frame(uint length)
    {
        byte[] frame = Request(hasPath: false);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(13), length);
        Assert.Equal(DecodeStatus.Malformed, DubboThriftCodec.Scan(frame, new FrameHead()));
    }

    [Fact]
    public void A_message_that_is_none_of_the_strict_protocol_is_broken_and_answered()
    {
        byte[] frame = RealFrames.DubboThriftRequest;
        frame[28] = 0;
        FrameHead head = s_codec.Read(frame);
        Assert.True(head.IsBroken);
        Assert.Equal(5UL, s_codec.Read(s_codec.Reply(head, 400), isFromHost: true).Id);
    }

    [Fact]
    public void An_exception_is_a_failure_for_logs_and_retries()
    {
        Assert.Equal(200, s_codec.HttpStatusOf(s_codec.Read(RealFrames.DubboThriftResponse, isFromHost: true)));
        Assert.Equal(500, s_codec.HttpStatusOf(s_codec.Read(RealFrames.DubboThriftNoRoute, isFromHost: true)));
    }

    private static byte[] Request(bool hasPath) =>
        hasPath ? RealFrames.DubboThriftRequestWithPath : RealFrames.DubboThriftRequest;
}
