using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Network;

/// <summary>
/// Sees what a connection receives. One instance a connection, called on its loop only. The last filter of a chain is
/// the one that consumes: a proxy.
/// </summary>
public interface INetworkReadFilter
{
    /// <summary>The connection is open; called once, before the first data.</summary>
    FilterStatus OnNewConnection(Connection connection);

    /// <summary>There is input. The filter consumes what it takes from <paramref name="input"/>.</summary>
    FilterStatus OnData(Connection connection, ReadBuffer input);

    /// <summary>
    /// The peer has sent its last byte; <paramref name="connection"/>'s input may still hold some. If every filter
    /// continues, the connection is closed.
    /// </summary>
    FilterStatus OnEndOfInput(Connection connection) => FilterStatus.Continue;
}
