using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>The server side of one protocol on one connection: makes streams of what is received.</summary>
public interface IServerConnection
{
    /// <summary>There is input; takes whole messages and what can be handed on.</summary>
    void OnData(ReadBuffer input);

    /// <summary>The client has sent its last byte.</summary>
    void OnEndOfInput();

    /// <summary>Something happened to the connection.</summary>
    void OnEvent(ConnectionEvent what);
}
