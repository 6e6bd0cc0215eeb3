namespace Mosn.Protocols.Http2;

/// <summary>What a name makes of a field: an ordinary one, or a part of the control data (RFC 9113 section 8.3).</summary>
internal enum HpackFieldKind : byte
{
    Regular,
    Method,
    Scheme,
    Authority,
    Path,
    Protocol,
    Status,

    /// <summary>A name that begins with a colon and is none of these.</summary>
    Unknown,
}
