using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>What holds of every codec, shown with the frames of real peers.</summary>
public sealed class RealFrameTests
{
    private const int Rounds = 20_000;

    /// <summary>Protocol, name of the frame, its bytes, kind and id, and whether a host sends it.</summary>
    private static readonly (string Codec, string Name, byte[] Bytes, FrameKind Kind, ulong Id, bool IsFromHost)[] s_frames =
    [
        ("bolt", "request", RealFrames.BoltRequest, FrameKind.Request, 1, false),
        ("bolt", "response", RealFrames.BoltResponse, FrameKind.Response, 1, true),
        ("bolt", "heartbeat", RealFrames.BoltHeartbeat, FrameKind.Heartbeat, 3, false),
        ("bolt", "heartbeat reply", RealFrames.BoltHeartbeatReply, FrameKind.HeartbeatReply, 3, true),
        ("bolt", "request of v2", RealFrames.BoltV2Request, FrameKind.Request, 1, false),
        ("boltv2", "request", RealFrames.BoltV2Request, FrameKind.Request, 1, false),
        ("boltv2", "response", RealFrames.BoltV2Response, FrameKind.Response, 1, true),
        ("boltv2", "heartbeat", RealFrames.BoltV2Heartbeat, FrameKind.Heartbeat, 3, false),
        ("boltv2", "heartbeat reply", RealFrames.BoltV2HeartbeatReply, FrameKind.HeartbeatReply, 3, true),
        ("boltv2", "response of v1", RealFrames.BoltResponse, FrameKind.Response, 1, true),
        ("dubbo", "request", RealFrames.DubboRequest, FrameKind.Request, 1, false),
        ("dubbo", "response", RealFrames.DubboResponse, FrameKind.Response, 1, true),
        ("dubbo", "error response", RealFrames.DubboErrorResponse, FrameKind.Response, 2, true),
        ("dubbo", "heartbeat", RealFrames.DubboHeartbeat, FrameKind.Heartbeat, 7, false),
        ("dubbo", "heartbeat reply", RealFrames.DubboHeartbeatReply, FrameKind.HeartbeatReply, 7, true),
        ("dubbo-thrift", "request", RealFrames.DubboThriftRequest, FrameKind.Request, 5, false),
        ("dubbo-thrift", "request with path", RealFrames.DubboThriftRequestWithPath, FrameKind.Request, 5, false),
        ("dubbo-thrift", "response", RealFrames.DubboThriftResponse, FrameKind.Response, 5, true),
        ("dubbo-thrift", "no route", RealFrames.DubboThriftNoRoute, FrameKind.Response, 5, true),
        ("tars", "request", RealFrames.TarsRequest, FrameKind.Request, 2, false),
        ("tars", "response", RealFrames.TarsResponse, FrameKind.Response, 2, true),
        ("tars", "error response", RealFrames.TarsErrorResponse, FrameKind.Response, 4, true),
        ("tars", "heartbeat", RealFrames.TarsHeartbeat, FrameKind.Heartbeat, 3, false),
        ("tars", "heartbeat reply", RealFrames.TarsHeartbeatReply, FrameKind.Response, 3, true),
        ("tars", "heartbeat of TUP", RealFrames.TarsTupHeartbeat, FrameKind.Heartbeat, 5, false),
        ("tars", "heartbeat reply of TUP", RealFrames.TarsTupHeartbeatReply, FrameKind.Response, 5, true),
        ("x_example", "request", [0x78, 1, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 2], FrameKind.Request, 9, false),
        ("x_example", "response", [0x78, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 7], FrameKind.Response, 9, true),
        ("x_example", "heartbeat", [0x78, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0], FrameKind.Heartbeat, 9, false),
        ("x_example", "go-away", [0x78, 2, 0, 0, 0, 0, 9, 0, 0, 0, 0], FrameKind.GoAway, 9, true),
    ];

    public static TheoryData<string, string> Frames => [.. s_frames.Select(static frame => (frame.Codec, frame.Name))];

    [Theory]
    [MemberData(nameof(Frames))]
    public void It_is_understood_from_every_prefix_that_is_long_enough(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, FrameKind kind, ulong id, bool isFromHost) = Find(codecName, name);
        bool isKnown = false;
        for (int length = 0; length <= frame.Length; length++)
        {
            FrameHead head = codec.NewHead(isFromHost);
            DecodeStatus status = codec.Scan(frame.AsSpan(0, length), head);
            Assert.NotEqual(DecodeStatus.Malformed, status);
            Assert.True(head.Length == 0 || head.Length == frame.Length, $"{length} bytes");
            Assert.False(isKnown && status != DecodeStatus.Complete, $"{length} bytes");
            isKnown = status == DecodeStatus.Complete;
            Assert.True(!isKnown || (head.Kind == kind && head.Id == id && !head.IsBroken), $"{length} bytes");
        }
        Assert.True(isKnown);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void What_follows_it_does_not_matter(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, FrameKind kind, ulong id, bool isFromHost) = Find(codecName, name);
        FrameHead head = codec.NewHead(isFromHost);
        Assert.Equal(DecodeStatus.Complete, codec.Scan([.. frame, 0xFF, 0xFF, 0xFF], head));
        Assert.Equal((frame.Length, kind, id), (head.Length, head.Kind, head.Id));
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void With_its_own_id_it_goes_on_byte_for_byte(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, _, ulong id, bool isFromHost) = Find(codecName, name);
        Assert.Equal(frame, codec.PassOn(codec.Read(frame, isFromHost), id));
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void With_another_id_it_is_the_same_but_for_that(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, FrameKind kind, ulong id, bool isFromHost) = Find(codecName, name);
        foreach (ulong other in (ulong[])[6, 200, 40_000, 0x01020304])
        {
            byte[] sent = codec.PassOn(codec.Read(frame, isFromHost), other);
            FrameHead head = codec.Read(sent, isFromHost);
            Assert.Equal((other, kind), (head.Id, head.Kind));
            Assert.Equal(frame, codec.PassOn(head, id));
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Another_content_has_another_length_and_nothing_else(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, _, ulong id, bool isFromHost) = Find(codecName, name);
        FrameHead head = codec.Read(frame, isFromHost);
        byte[] content = new byte[70_000];
        head.Bytes.Slice(head.HeadLength, head.ContentLength).CopyTo(content);
        FrameHead longer = codec.Read(codec.PassOn(head, id, content: content), isFromHost);
        Assert.Equal(content.Length, longer.ContentLength);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Fields_that_were_read_and_not_changed_are_written_as_they_were(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, FrameKind kind, ulong id, bool isFromHost) = Find(codecName, name);
        FrameHead head = codec.Read(frame, isFromHost);
        HeaderBlock fields = codec.FieldsOf(head);
        byte[] sent = codec.PassOn(head, id, fields);
        FrameHead again = codec.Read(sent, isFromHost);
        Assert.Equal((kind, id), (again.Kind, again.Id));
        Assert.Equal(TextOf(fields), TextOf(codec.FieldsOf(again)));
        if (codecName != "tars") // Whose counts are written anew, in as few bytes as they need.
        {
            Assert.Equal(frame, sent);
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Mutations_are_looked_at_without_a_fault(string codecName, string name)
    {
        (AnyCodec codec, byte[] frame, _, _, bool isFromHost) = Find(codecName, name);
        int seed = (codecName + name).Sum(static letter => letter);
        Random random = new(seed);
        for (int i = 0; i < Rounds / 4; i++)
        {
            byte[] bytes = frame.AsSpan(0, random.Next(3) == 0 ? random.Next(frame.Length + 1) : frame.Length).ToArray();
            for (int j = random.Next(5); j > 0 && bytes.Length > 0; j--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            }
            try
            {
                Use(codec, bytes, isFromHost);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {i}: {Convert.ToHexString(bytes)}: {e}");
            }
        }
    }

    [Theory]
    [InlineData("bolt", "01")]
    [InlineData("boltv2", "02")]
    [InlineData("dubbo", "DABB")]
    [InlineData("dubbo-thrift", "00000031DABC")]
    [InlineData("tars", "000000491001")]
    [InlineData("tars", "000000411003")]
    [InlineData("x_example", "780100")]
    public void The_first_bytes_tell_it(string codecName, string start)
    {
        byte[] bytes = Convert.FromHexString(start);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ProtocolMatch.More, AnyCodec.Named(codecName).Match(bytes.AsSpan(0, length)));
        }
        Assert.All(
            AnyCodec.All,
            codec => Assert.Equal(codec.Name == codecName ? ProtocolMatch.Yes : ProtocolMatch.No, codec.Match(bytes)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001")]
    [InlineData("SSH-2.0-x\r\n")]
    public void What_others_speak_is_none_of_them(string start) =>
        Assert.All(
            AnyCodec.All,
            codec => Assert.Equal(ProtocolMatch.No, codec.Match(Encoding.Latin1.GetBytes(start))));

    /// <summary>Does with a frame what connections and routes do.</summary>
    private static void Use(AnyCodec codec, byte[] bytes, bool isFromHost)
    {
        codec.Match(bytes);
        FrameHead head = codec.NewHead(isFromHost);
        DecodeStatus status = codec.Scan(bytes, head);
        Assert.True(head.Length >= 0);
        Assert.False(status == DecodeStatus.NeedMore && head.Length > 0 && head.Length <= bytes.Length);
        if (status != DecodeStatus.Complete || head.Length > bytes.Length)
        {
            return;
        }
        byte[] frame = bytes[..head.Length];
        if (!codec.Inspect(head, frame))
        {
            return;
        }
        head.Source = new HeldFrame(frame);
        Assert.InRange(head.HeadLength, 0, head.Length);
        Assert.True(head.ContentLength >= 0);
        codec.HttpStatusOf(head);
        if (head.Kind == FrameKind.Heartbeat)
        {
            codec.HeartbeatReply(head);
        }
        if (head.Kind is FrameKind.Request or FrameKind.OneWay)
        {
            codec.Reply(head, 404);
        }
        if (head.IsBroken)
        {
            return;
        }
        head.Readers!.TryGetNames(head, out _, out _);
        HeaderBlock fields = codec.FieldsOf(head);
        Assert.InRange(head.TailLength, 0, head.ContentLength);
        Assert.Equal(head.Id, codec.Read(codec.PassOn(head, head.Id), isFromHost).Id);
        fields.Set("service"u8, "com.example.Other"u8);
        fields.Add("x-new"u8, "value"u8);
        codec.Read(codec.PassOn(head, 77, fields), isFromHost);
    }

    private static string TextOf(HeaderBlock fields) => string.Join(
        '\n',
        Enumerable.Range(0, fields.Count).Select(
            i => $"{Encoding.Latin1.GetString(fields.Name(i))}: {Encoding.Latin1.GetString(fields.Value(i))}"));

    private static (AnyCodec Codec, byte[] Bytes, FrameKind Kind, ulong Id, bool IsFromHost) Find(string codec, string name)
    {
        (_, _, byte[] bytes, FrameKind kind, ulong id, bool isFromHost) =
            s_frames.Single(frame => frame.Codec == codec && frame.Name == name);
        return (AnyCodec.Named(codec), bytes, kind, id, isFromHost);
    }
}
