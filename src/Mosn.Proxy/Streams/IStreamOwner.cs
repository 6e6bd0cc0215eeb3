using Mosn.Protocols;

namespace Mosn.Proxy.Streams;

/// <summary>Drives a stream: looks at its state when something happened, on the stream's loop.</summary>
public interface IStreamOwner
{
    /// <summary>
    /// A head, a piece of a body, an end, room to write or an error is there. Says nothing about which: the owner looks.
    /// </summary>
    void OnActivity();

    /// <summary>A 1xx response came, before the final one. Valid during the call.</summary>
    void OnInterim(ResponseHead head)
    {
    }
}
