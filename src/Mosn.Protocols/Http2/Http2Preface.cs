namespace Mosn.Protocols.Http2;

/// <summary>What a client sends before its first frame (RFC 9113 section 3.4).</summary>
public static class Http2Preface
{
    /// <summary>24 bytes.</summary>
    public static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
}
