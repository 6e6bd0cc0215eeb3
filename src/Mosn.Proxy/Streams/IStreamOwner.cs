using Mosn.Protocols;
using Mosn.Proxy.Network;

namespace Mosn.Proxy.Streams;

/// <summary>Drives a stream: looks at its state when something happened, on the stream's loop.</summary>
public interface IStreamOwner
{
    /// <summary>The connection that the request came on, for who gives its requests a connection of their own; null: none.</summary>
    Connection? Client => null;

    /// <summary>True if the request is a large frame, which is sent while it comes: it holds up what is behind it.</summary>
    bool HasLargeFrame => false;

    /// <summary>
    /// A head, a piece of a body, an end, room to write or an error is there. Says nothing about which: the owner looks.
    /// </summary>
    void OnActivity();

    /// <summary>A 1xx response came, before the final one. Valid during the call.</summary>
    void OnInterim(ResponseHead head)
    {
    }
}
