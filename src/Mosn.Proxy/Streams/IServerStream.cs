using Mosn.Protocols;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;

namespace Mosn.Proxy.Streams;

/// <summary>
/// One request from a client, whatever its protocol: the request head and body to read, the response to write. Both
/// directions may be under way at once, and the client may give up at any moment. Belongs to its connection's loop.
/// </summary>
public interface IServerStream : IBodySink
{
    /// <summary>What the client speaks.</summary>
    StreamProtocol Protocol { get; }

    /// <summary>The client's connection.</summary>
    Connection Connection { get; }

    /// <summary>The request's head. Filters may change it; it is valid until <see cref="Release"/>.</summary>
    RequestHead Request { get; }

    /// <summary>The request's body.</summary>
    IMessageBody Body { get; }

    /// <summary>An empty head for a response that is made here and not upstream.</summary>
    ResponseHead LocalResponse { get; }

    /// <summary>Set if the client gave up or broke the protocol: nothing that is sent reaches it any more.</summary>
    StreamError? Error { get; }

    /// <summary>False while so much output waits that the response should pause; OnActivity says when to go on.</summary>
    bool IsWritable { get; }

    /// <summary>False: the client has said that it takes no head as large as that one.</summary>
    bool Takes(ResponseHead head) => true;

    /// <summary>False: the client has said that it takes no trailers as large as these.</summary>
    bool Takes(HeaderBlock trailers) => true;

    /// <summary>Names the owner. Called once, before the stream's handler returns.</summary>
    void SetOwner(IStreamOwner owner);

    /// <summary>Sends a 1xx response, if the client's protocol knows them.</summary>
    void SendInterim(ResponseHead head);

    /// <summary>Sends the final response's head.</summary>
    /// <param name="endStream">No body follows.</param>
    void SendHead(ResponseHead head, bool endStream);

    /// <summary>Ends the response.</summary>
    /// <param name="trailers">Fields after the body; null or empty if there are none.</param>
    void SendEnd(HeaderBlock? trailers);

    /// <summary>Ends the stream so that the client knows the response is not whole.</summary>
    void Reset();

    /// <summary>
    /// The owner is done: with the response sent, the connection goes on with the next request; else the stream is reset.
    /// The stream must not be used afterwards.
    /// </summary>
    void Release();
}

/// <summary>Gets the requests of a server connection.</summary>
public interface IServerStreamHandler
{
    /// <summary>A request's head is there.</summary>
    void OnStream(IServerStream stream);

    /// <summary>
    /// A client of HTTP/1 offers to go on in HTTP/2 on the same connection (<c>Upgrade: h2c</c>), beginning with this
    /// request, which has no body. True: somebody else has taken the connection and the request over.
    /// </summary>
    /// <param name="settings">The value of <c>HTTP2-Settings</c>, base64url as it came.</param>
    bool TakesOver(Connection connection, RequestHead request, ReadOnlySpan<byte> settings) => false;

    /// <summary>What a client sent was not a request; it got <paramref name="status"/> and the connection ends.</summary>
    void OnRejected(Connection connection, int status)
    {
    }

    /// <summary>A client makes work, or holds memory, for nothing; its stream or its connection ends.</summary>
    void OnAbuse(Connection connection, Http2Abuse kind)
    {
    }
}
