namespace Mosn.Proxy.Network;

/// <summary>What happened to a connection as a whole.</summary>
public enum ConnectionEvent : byte
{
    /// <summary>Our connect succeeded.</summary>
    Connected,

    /// <summary>Our connect was refused or found no way.</summary>
    ConnectFailed,

    /// <summary>Our connect got no answer in time.</summary>
    ConnectTimeout,

    /// <summary>The peer ended the connection in order.</summary>
    RemoteClose,

    /// <summary>The peer reset the connection, or it broke.</summary>
    RemoteReset,

    /// <summary>We ended it.</summary>
    LocalClose,

    /// <summary>Nothing was received or sent for the idle timeout; the connection is closed.</summary>
    IdleTimeout,

    /// <summary>The peer took none of our bytes for the write timeout; the connection is reset.</summary>
    WriteTimeout,

    /// <summary>The time set by <see cref="Connection.SetDeadline"/> has come. The connection is still open.</summary>
    Deadline,

    /// <summary>The output had gone above the high watermark and is now below the low one. Still open.</summary>
    Writable,

    /// <summary>The process drains: finish what is under way and end. Still open.</summary>
    Drain,

    /// <summary>The peer has said that it begins nothing more. Still open.</summary>
    GoAway,
}

/// <summary>What an event means.</summary>
public static class ConnectionEvents
{
    /// <summary>True if the connection is over, or never was.</summary>
    public static bool IsEnd(this ConnectionEvent what) =>
        what is >= ConnectionEvent.ConnectFailed and <= ConnectionEvent.WriteTimeout;
}

/// <summary>Hears of a connection's events, on its loop, in the order of registration as far as none was taken back.</summary>
public interface IConnectionListener
{
    /// <summary>Something happened. After an end no other event follows.</summary>
    void OnEvent(Connection connection, ConnectionEvent what);
}
