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

    /// <summary>
    /// Goes on with a connection on which another protocol has been spoken so far, as HTTP/1's <c>Upgrade</c> asks for. On
    /// the connection's loop; the 101 that agrees to it is already queued.
    /// </summary>
    /// <param name="request">The request that asked, without a body; it is the first one to be handled.</param>
    /// <param name="settings">The client's settings as the request carries them: the value of <c>HTTP2-Settings</c>.</param>
    /// <returns>Null, and nothing happened: the protocol cannot, or the settings are none.</returns>
    IServerConnection? TakeOver(
        Connection connection, IServerStreamHandler handler, RequestHead request, ReadOnlySpan<byte> settings) => null;
}
