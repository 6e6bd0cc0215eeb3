using Mosn.Proxy.Network;

namespace Mosn.Proxy.Streams;

/// <summary>
/// One connection to a host that carries many streams at a time, whatever its protocol. Belongs to one loop. Made for one
/// <see cref="IMultiplexOwner"/>, which decides how many streams are opened and when it is closed.
/// </summary>
internal interface IMultiplexConnection : IConnectionListener
{
    /// <summary>The connection to the host; set by <see cref="Attach"/>.</summary>
    Connection Connection { get; }

    /// <summary>
    /// True if one more stream may be opened now. Also while it still connects, up to a number that the protocol assumes
    /// before the host has told its own.
    /// </summary>
    bool MayOpen { get; }

    /// <summary>Streams that the host allows at a time; 0 before it has said so.</summary>
    int StreamsMax { get; }

    /// <summary>
    /// True once it will never open a stream again: the host announced its end, or it has run out of ids. Streams that are
    /// open go on.
    /// </summary>
    bool IsDraining { get; }

    /// <summary>Streams that are open now: that were opened and are not released.</summary>
    int StreamCount { get; }

    /// <summary>Set once, right after the connect was begun with this object as its listener.</summary>
    void Attach(Connection connection);

    /// <summary>True while it has a stream to itself; see <see cref="NewStream"/>.</summary>
    bool IsApart => false;

    /// <summary>
    /// Opens a stream; <see cref="MayOpen"/> is true. Never waits: what is sent before the connect is over goes out after
    /// it. Tells the owner nothing before it returns.
    /// </summary>
    /// <param name="isApart">
    /// No other is to be opened until its large frame is sent, which so need not be whole before; there is none now.
    /// </param>
    IClientStream NewStream(IStreamOwner owner, bool isApart = false);

    /// <summary>Tells the host that nothing more is begun, if the protocol has a way to say so.</summary>
    void SayGoAway()
    {
    }
}

/// <summary>
/// Hears of one connection that carries many streams. May close it in every call but <see cref="OnClosed"/>, so each call
/// is the last thing that the connection does; opens no stream inside of one.
/// </summary>
internal interface IMultiplexOwner
{
    /// <summary>The connection stands.</summary>
    void OnConnected(IMultiplexConnection connection);

    /// <summary>
    /// What <see cref="IMultiplexConnection.MayOpen"/> or <see cref="IMultiplexConnection.IsDraining"/> says may have changed
    /// for another reason than the release of a stream.
    /// </summary>
    void OnMayOpenChanged(IMultiplexConnection connection);

    /// <summary>A stream was released. Once for each that was opened, also after <see cref="OnClosed"/>.</summary>
    void OnStreamEnded(IMultiplexConnection connection);

    /// <summary>The connection is over, or never was. Before the streams that are still open hear of it.</summary>
    void OnClosed(IMultiplexConnection connection, ConnectionEvent what);
}
