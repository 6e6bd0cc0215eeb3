using Mosn.Protocols;
using Mosn.Proxy.Network;

namespace Mosn.Proxy.Streams;

/// <summary>
/// One protocol as the clients of one listener may speak it: what its configuration says, and what its connections share,
/// loop by loop.
/// </summary>
internal interface IServerProtocol
{
    /// <summary>Makes a connection speak it, from its first byte on. On the connection's loop.</summary>
    /// <param name="handler">Gets the requests.</param>
    IServerConnection Open(Connection connection, IServerStreamHandler handler);

    /// <summary>What HTTP/1's <c>Upgrade</c> calls it, if a connection may change to it; empty: none may.</summary>
    string UpgradeName => "";

    /// <summary>
    /// Goes on with a connection on which HTTP/1 has been spoken so far: agrees with a 101, and answers the request that asked
    /// in this protocol. On the connection's loop.
    /// </summary>
    /// <param name="request">
    /// The request, without a body. To be copied, as it is somebody else's again when this returns.
    /// </param>
    /// <param name="settings">The value of <c>HTTP2-Settings</c>, as it came.</param>
    /// <returns>Null, and nothing happened: the settings are none.</returns>
    IServerConnection? TakeOver(
        Connection connection, IServerStreamHandler handler, RequestHead request, ReadOnlySpan<byte> settings) => null;
}
