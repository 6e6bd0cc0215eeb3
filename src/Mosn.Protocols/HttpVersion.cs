namespace Mosn.Protocols;

/// <summary>The version a message was received in or is written in. The default value is HTTP/1.1.</summary>
public enum HttpVersion : byte
{
    Http11,
    Http10,
    Http2,
}
