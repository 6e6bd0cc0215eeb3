namespace Mosn.Protocols.Http2;

/// <summary>Whether the encoder puts a field into the table.</summary>
internal enum HpackIndexing : byte
{
    /// <summary>When it comes for the second time: what is said once only is not worth a place.</summary>
    Repeated,

    /// <summary>At once: the name has few values, and they come again.</summary>
    Always,

    /// <summary>Not at all: each message has another value.</summary>
    Without,

    /// <summary>A secret. No table on the way to the recipient may hold it (RFC 7541 section 7.1.3).</summary>
    Never,
}
