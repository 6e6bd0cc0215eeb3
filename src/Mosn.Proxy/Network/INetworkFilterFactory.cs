using Mosn.Transport.Loops;

namespace Mosn.Proxy.Network;

/// <summary>
/// A network filter's compiled configuration: adds the filter's instances to each new connection. Shared by all loops and
/// immutable.
/// </summary>
public interface INetworkFilterFactory
{
    /// <summary>
    /// True if a graceful stop waits for the filter's connections to end by themselves; false for relays of unknown
    /// protocols, which would hold it for as long as their peers like.
    /// </summary>
    bool HoldsDrain => true;

    /// <summary>Adds to the chain of <paramref name="connection"/>, on its loop.</summary>
    void AddTo(Connection connection);

    /// <summary>
    /// Called once on each loop before its first connection, to make what the filter's instances there share.
    /// </summary>
    void Prepare(EventLoop loop)
    {
    }
}
