using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>Makes a request one of another protocol, and its response one of the client's. On the stream's loop.</summary>
internal interface IMessageTranscoder
{
    /// <summary>
    /// Has the request go on in a protocol, as far as it knows how; called again, it only takes notice of the time. Before
    /// any of the request is sent.
    /// </summary>
    /// <param name="timeoutMs">Milliseconds that a host has for its answer; 0: nothing says so, or not yet.</param>
    /// <returns>What is wrong with the request; null: nothing, though it may still be of another protocol than that.</returns>
    StreamError? Transcode(FilterContext context, StreamProtocol to, long timeoutMs);
}
