namespace Mosn.Protocols;

/// <summary>How the end of a message's body is known.</summary>
public enum BodyFraming : byte
{
    /// <summary>No body follows the head.</summary>
    None,

    /// <summary>A declared number of bytes, which may be 0.</summary>
    Length,

    /// <summary>Unknown length with an explicit end: HTTP/1 chunks, HTTP/2 END_STREAM. Trailers may follow.</summary>
    Chunked,

    /// <summary>The body ends where the connection does. Responses of HTTP/1 only.</summary>
    UntilClose,
}
