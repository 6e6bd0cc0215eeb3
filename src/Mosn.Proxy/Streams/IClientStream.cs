using Mosn.Protocols;

namespace Mosn.Proxy.Streams;

/// <summary>
/// One try of a request at one host, whatever the protocol: the request to write, the response to read. Belongs to its
/// connection's loop.
/// </summary>
public interface IClientStream : IBodySink
{
    /// <summary>Id of the connection to the host, for logs; 0: there is none.</summary>
    long ConnectionId { get; }

    /// <summary>True once <see cref="Response"/> is whole.</summary>
    bool HeadReceived { get; }

    /// <summary>The response's head; valid from <see cref="HeadReceived"/> to <see cref="Release"/>.</summary>
    ResponseHead Response { get; }

    /// <summary>The response's body.</summary>
    IMessageBody Body { get; }

    /// <summary>Set if the stream broke: connect failure, reset, truncated or malformed response.</summary>
    StreamError? Error { get; }

    /// <summary>False while so much output waits that the request should pause; OnActivity says when to go on.</summary>
    bool IsWritable { get; }

    /// <summary>True once the connection to the host stands: what is sent leaves, and cannot be sent to another host instead.</summary>
    bool IsConnected { get; }

    /// <summary>Bytes that were sent and have not left, as far as they are this stream's alone.</summary>
    int UnsentLength { get; }

    /// <summary>Sends the request's head; it may wait for the connect.</summary>
    /// <param name="endStream">No body follows.</param>
    void SendHead(RequestHead head, bool endStream);

    /// <summary>Ends the request.</summary>
    /// <param name="trailers">Fields after the body; null or empty if there are none.</param>
    void SendEnd(HeaderBlock? trailers);

    /// <summary>
    /// The owner is done: after a whole exchange, or before anything was sent, the connection goes back to its pool; else the
    /// try is cancelled. The stream must not be used afterwards.
    /// </summary>
    void Release();

    /// <summary>
    /// As <see cref="Release"/>, where the answer is not wanted any more and nothing is wrong with the host: a connection that
    /// would be lost with the rest of the answer may wait a moment for it.
    /// </summary>
    void Abandon() => Release();
}
