namespace Mosn.Proxy.Network;

/// <summary>How a connection is ended.</summary>
public enum ConnectionCloseKind : byte
{
    /// <summary>Send what is queued, then end in order; unread input is waited for shortly and dropped.</summary>
    Flush,

    /// <summary>End at once, in order as far as the system has the bytes.</summary>
    NoFlush,

    /// <summary>Reset: the peer must know that what it has is not whole.</summary>
    Reset,
}
