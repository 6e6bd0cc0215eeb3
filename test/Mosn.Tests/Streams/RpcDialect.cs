using CourierExample;
using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Server;
using Mosn.Testing;
using Mosn.Tests.Protocols.Frames;

namespace Mosn.Tests.Streams;

/// <summary>One RPC protocol as its peers speak it: a call, its answer, and what else they say.</summary>
internal sealed record RpcDialect(string Protocol, byte[] Call, byte[] Answer)
{
    private static readonly RpcDialect[] s_all =
    [
        new("bolt", RealFrames.BoltRequest, RealFrames.BoltResponse)
        {
            Heartbeat = RealFrames.BoltHeartbeat, HeartbeatReply = RealFrames.BoltHeartbeatReply,
            Service = "x.S:1.0", HasFields = true,
        },
        new("boltv2", RealFrames.BoltV2Request, RealFrames.BoltV2Response)
        {
            Heartbeat = RealFrames.BoltV2Heartbeat, HeartbeatReply = RealFrames.BoltV2HeartbeatReply,
            Service = "x.S:1.0", HasFields = true,
        },
        new("dubbo", RealFrames.DubboRequest, RealFrames.DubboResponse)
        {
            Heartbeat = RealFrames.DubboHeartbeat, HeartbeatReply = RealFrames.DubboHeartbeatReply,
            Service = "x.S", HasFields = true,
        },
        new("dubbo-thrift", RealFrames.DubboThriftRequest, RealFrames.DubboThriftResponse)
        {
            Service = "x.S",
        },
        new("tars", RealFrames.TarsRequest, RealFrames.TarsResponse)
        {
            Heartbeat = RealFrames.TarsHeartbeat, HeartbeatReply = RealFrames.TarsHeartbeatReply,
            Service = "TARS.NodeTarsServer.NodeTarsObj", HasFields = true,
        },
        new(
            "x_example", [0x78, 1, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 2], [0x78, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 7])
        {
            Heartbeat = [0x78, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0], HeartbeatReply = [0x78, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0],
        },
        new(
            "courier",
            Convert.FromHexString("C0DE01000000000700000BB80705000000036772656574657268656C6C6F416461"),
            Convert.FromHexString("C0DE0300000000070000000000000000000A68656C6C6F2C20416461"))
        {
            Heartbeat = Convert.FromHexString("C0DE04000000000700000000000000000000"),
            HeartbeatReply = Convert.FromHexString("C0DE05000000000700000000000000000000"),
            Service = "greeter",
        },
    ];

    /// <summary>What the product has, and the protocol of <c>examples/protocol</c>.</summary>
    public static Extensions Extensions
    {
        get
        {
            Extensions extensions = Extensions.BuiltIn();
            extensions.FrameProtocols.Add<CourierCodec>();
            return extensions;
        }
    }

    public static TheoryData<string> Names => [.. s_all.Select(static dialect => dialect.Protocol)];

    public byte[]? Heartbeat { get; private init; }

    public byte[]? HeartbeatReply { get; private init; }

    /// <summary>What the call says is called; null: it does not.</summary>
    public string? Service { get; private init; }

    /// <summary>Calls carry fields of any name.</summary>
    public bool HasFields { get; private init; }

    public AnyCodec Codec { get; } = AnyCodec.Named(Protocol);

    public static RpcDialect Named(string protocol) => s_all.Single(dialect => dialect.Protocol == protocol);

    public byte[] CallWith(ulong id) => Codec.PassOn(Codec.Read(Call), id);

    public byte[] AnswerWith(ulong id) => Codec.PassOn(Codec.Read(Answer, isFromHost: true), id);

    /// <summary>A call with so much content.</summary>
    public byte[] LargeCall(int length) => Enlarge(Codec.Read(Call), null, length);

    /// <summary>A call with so much content.</summary>
    public byte[] LargeCall(ulong id, int length) => Enlarge(Codec.Read(Call), id, length);

    /// <summary>An answer with so much content.</summary>
    public byte[] LargeAnswer(ulong id, int length) => Enlarge(Codec.Read(Answer, isFromHost: true), id, length);

    /// <summary>Takes what a peer received apart into frames.</summary>
    public List<FrameHead> Split(ReadOnlySpan<byte> bytes, bool isFromHost)
    {
        List<FrameHead> frames = [];
        while (!bytes.IsEmpty)
        {
            FrameHead head = Codec.NewHead(isFromHost);
            Codec.Scan(bytes, head);
            frames.Add(Codec.Read(bytes[..head.Length].ToArray(), isFromHost));
            bytes = bytes[head.Length..];
        }
        return frames;
    }

    private byte[] Enlarge(FrameHead head, ulong? id, int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        head.Bytes.Slice(head.HeadLength, head.ContentLength).CopyTo(content);
        return Codec.PassOn(head, id ?? head.Id, content: content);
    }
}
