namespace Mosn.Protocols.Detection;

/// <summary>Tells HTTP/2 by the client's connection preface (RFC 9113 section 3.4).</summary>
public static class Http2Detection
{
    /// <summary>What every client of HTTP/2 sends first.</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Yes with the whole preface: a shorter one might still become a request of HTTP/1.</summary>
    /// <param name="alpn">What the TLS handshake settled, which needs no bytes; empty: nothing.</param>
    /// <param name="start">All that has come so far.</param>
    public static ProtocolMatch Match(string alpn, ReadOnlySpan<byte> start)
    {
        if (alpn == "h2")
        {
            return ProtocolMatch.Yes;
        }
        ReadOnlySpan<byte> preface = Preface;
        int length = Math.Min(start.Length, preface.Length);
        return alpn.StartsWith("http/1.", StringComparison.Ordinal) || !start[..length].SequenceEqual(preface[..length])
            ? ProtocolMatch.No
            : length == preface.Length ? ProtocolMatch.Yes
            : ProtocolMatch.More;
    }
}
