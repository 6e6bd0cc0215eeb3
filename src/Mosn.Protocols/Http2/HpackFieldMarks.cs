namespace Mosn.Protocols.Http2;

/// <summary>What was found out about a field when it was decoded, and holds each time a table gives it again.</summary>
[Flags]
internal enum HpackFieldMarks : byte
{
    None = 0,

    /// <summary>The name may stand in a message.</summary>
    SoundName = 1,

    /// <summary>Name and value may stand in a message.</summary>
    Sound = 2,

    /// <summary>No table on the way to the recipient may hold it (RFC 7541 section 6.2.3).</summary>
    NeverIndexed = 4,
}
