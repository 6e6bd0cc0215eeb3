using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.BoltV2;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.Frames;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Bolt;

/// <summary>Heads of frames that came in another protocol.</summary>
public sealed class MadeFrameTests
{
    [Theory]
    [InlineData(false, 3000, "01010001010000000001" + "00000BB8" + "0001" + "0000" + "00000000" + "78")]
    [InlineData(true, 0, "01020001010000000001" + "FFFFFFFF" + "0001" + "0000" + "00000000" + "78")]
    [InlineData(false, -5, "01010001010000000001" + "FFFFFFFF" + "0001" + "0000" + "00000000" + "78")]
    [InlineData(false, 5_000_000_000, "01010001010000000001" + "7FFFFFFF" + "0001" + "0000" + "00000000" + "78")]
    public void A_call_says_what_it_is_told(bool isOneWay, long timeoutMs, string expected)
    {
        FrameReaders readers = FrameCodecs.ReadersOf<BoltCodec>();
        byte[] room = new byte[readers.MadeLengthMax(1)];
        FrameHead head = new() { Readers = readers };
        FrameCall call = new() { IsOneWay = isOneWay, TimeoutMs = timeoutMs, Serialization = 1, ContentClass = "x"u8 };
        Assert.True(readers.TryMakeCall(call, room, head));
        Assert.Equal(expected, Convert.ToHexString(room.AsSpan(0, head.HeadLength)));
        Assert.Equal(isOneWay ? FrameKind.OneWay : FrameKind.Request, head.Kind);
        Assert.Equal((head.HeadLength, 0, false), (head.Length, head.FieldsLength, head.IsBroken));
    }

    [Fact]
    public void An_answer_is_in_the_form_of_its_call()
    {
        byte[] frame = RealFrames.BoltV2Request;
        FrameHead call = new() { Readers = FrameCodecs.ReadersOf<BoltV2Codec>() };
        Assert.Equal(DecodeStatus.Complete, BoltV2Codec.Scan(frame, call));
        byte[] room = new byte[call.Readers!.MadeLengthMax(0)];
        FrameHead head = new();
        Assert.True(call.Readers.TryMakeAnswer(call, 504, default, room, head));
        Assert.Equal("02020000020100000001" + "0101" + "0007" + "0000" + "0000" + "00000000", Convert.ToHexString(room.AsSpan(0, 22)));
        Assert.Equal((FrameKind.Response, 4, 7), (head.Kind, head.TrailerLength, head.Status));
    }

    [Fact]
    public void Other_protocols_take_over_nothing()
    {
        FrameReaders readers = FrameCodecs.ReadersOf<DubboCodec>();
        byte[] room = new byte[readers.MadeLengthMax(0)];
        Assert.False(readers.TryMakeCall(default, room, new FrameHead()));
        Assert.False(readers.TryMakeAnswer(new FrameHead(), 200, default, room, new FrameHead()));
    }

    [Fact]
    public void Fields_are_spelled_as_peers_look_for_them()
    {
        HeaderBlock fields = new();
        fields.Add("Service"u8, "a"u8);
        fields.Add("RPC_TRACE_CONTEXT.sofatraceid"u8, "b"u8);
        fields.Add("Other"u8, "c"u8);
        SofaFields.Spell(fields);
        Assert.True(fields.Name(0).SequenceEqual(SofaFields.Service));
        Assert.True(fields.Name(1).SequenceEqual(SofaFields.TraceId));
        Assert.True(fields.Name(2).SequenceEqual("Other"u8));
        Assert.True(SofaFields.TryGetNames(fields, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method));
        Assert.True(service.SequenceEqual("a"u8) && method.IsEmpty);
    }
}
