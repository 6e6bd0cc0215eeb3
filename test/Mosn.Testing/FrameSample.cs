using Mosn.Protocols;

namespace Mosn.Testing;

/// <summary>A frame as a peer of an RPC protocol sends it, and what a codec must find out about it.</summary>
/// <param name="Name">For messages of tests.</param>
/// <param name="Bytes">The whole frame; recorded from a real peer, or made by hand, and not by the codec under test.</param>
public sealed record FrameSample(string Name, byte[] Bytes, FrameKind Kind, ulong Id = 0)
{
    /// <summary>A host sends it; else a client does. By default its kind tells.</summary>
    public bool IsFromHost { get; init; } = Kind is FrameKind.Response or FrameKind.HeartbeatReply or FrameKind.GoAway;

    /// <summary>A connection that begins with it is known by it. False: it is a guest on connections that began otherwise.</summary>
    public bool MayBegin { get; init; } = true;

    public override string ToString() => Name;
}
