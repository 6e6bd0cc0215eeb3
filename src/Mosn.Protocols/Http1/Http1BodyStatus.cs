namespace Mosn.Protocols.Http1;

/// <summary>What a step through a body found.</summary>
public enum Http1BodyStatus
{
    /// <summary>A range of the input is payload. More may follow: read again behind what was consumed.</summary>
    Data,

    /// <summary>Nothing more can be told from this input. Keep what was not consumed and add to it.</summary>
    NeedMore,

    /// <summary>The body, with its trailers, is over; what was not consumed belongs to the next message.</summary>
    End,

    /// <summary>The framing is broken or cut off: the connection must be closed.</summary>
    Malformed,
}
