namespace Mosn.Protocols;

/// <summary>What a frame of an RPC protocol is for.</summary>
public enum FrameKind : byte
{
    /// <summary>A call that wants an answer.</summary>
    Request,

    /// <summary>A call that wants none.</summary>
    OneWay,

    /// <summary>An answer to a call.</summary>
    Response,

    /// <summary>A question whether the other end is there; this end answers it.</summary>
    Heartbeat,

    /// <summary>The answer to that.</summary>
    HeartbeatReply,

    /// <summary>The sender takes no new calls on this connection.</summary>
    GoAway,

    /// <summary>Something that concerns nobody here: it is dropped.</summary>
    Ignored,
}
