namespace Mosn.Protocols.Detection;

/// <summary>Tells HTTP/1 by the method it begins with.</summary>
public static class Http1Detection
{
    /// <summary>The longest registered method is <c>UPDATEREDIRECTREF</c>.</summary>
    private const int MethodBytesMax = 17;

    /// <summary>
    /// Yes for one of the methods that MOSN knows with a blank behind it, and for any other word in capitals that a path
    /// follows. A word of another text protocol is no method just because it begins like one, wherever its bytes are cut:
    /// MOSN takes <c>LINKEDLIST</c> for HTTP.
    /// </summary>
    /// <param name="alpn">What the TLS handshake settled, which needs no bytes; empty: nothing.</param>
    /// <param name="start">All that has come so far.</param>
    public static ProtocolMatch Match(string alpn, ReadOnlySpan<byte> start)
    {
        if (alpn.Length > 0)
        {
            return alpn.StartsWith("http/1.", StringComparison.Ordinal) ? ProtocolMatch.Yes
                : alpn == "h2" ? ProtocolMatch.No
                : MatchStart(start);
        }
        return MatchStart(start);
    }

    private static ProtocolMatch MatchStart(ReadOnlySpan<byte> start)
    {
        int length = 0;
        while (length < start.Length && IsMethodByte(start[length]))
        {
            length++;
        }
        if (length > MethodBytesMax)
        {
            return ProtocolMatch.No;
        }
        if (length == start.Length)
        {
            return ProtocolMatch.More;
        }
        if (length == 0 || start[length] != (byte)' ')
        {
            return ProtocolMatch.No;
        }
        return IsKnown(start[..length]) ? ProtocolMatch.Yes
            : start.Length == length + 1 ? ProtocolMatch.More
            : start[length + 1] == (byte)'/' ? ProtocolMatch.Yes
            : ProtocolMatch.No;
    }

    private static bool IsMethodByte(byte value) => value is (>= (byte)'A' and <= (byte)'Z') or (byte)'-';

    private static bool IsKnown(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 => method.SequenceEqual("GET"u8) || method.SequenceEqual("PUT"u8),
        4 => method.SequenceEqual("POST"u8) || method.SequenceEqual("HEAD"u8) || method.SequenceEqual("LINK"u8),
        5 => method.SequenceEqual("PATCH"u8) || method.SequenceEqual("TRACE"u8),
        6 => method.SequenceEqual("DELETE"u8) || method.SequenceEqual("UNLINK"u8),
        7 => method.SequenceEqual("OPTIONS"u8) || method.SequenceEqual("CONNECT"u8),
        _ => false,
    };
}
