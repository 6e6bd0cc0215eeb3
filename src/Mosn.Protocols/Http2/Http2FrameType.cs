namespace Mosn.Protocols.Http2;

/// <summary>Kinds of frames (RFC 9113 section 6); any other value is to be ignored.</summary>
public enum Http2FrameType : byte
{
    /// <summary>A piece of a body.</summary>
    Data,

    /// <summary>The beginning of a field block: a head, or trailers.</summary>
    Headers,

    /// <summary>Deprecated, and ignored.</summary>
    Priority,

    /// <summary>Ends a stream at once.</summary>
    RstStream,

    /// <summary>What the sender accepts.</summary>
    Settings,

    /// <summary>A response nobody asked for; never accepted here.</summary>
    PushPromise,

    /// <summary>To be echoed.</summary>
    Ping,

    /// <summary>The sender takes no new streams.</summary>
    GoAway,

    /// <summary>The receiver may be sent more.</summary>
    WindowUpdate,

    /// <summary>More of a field block.</summary>
    Continuation,
}

/// <summary>Flags of frames.</summary>
[Flags]
public enum Http2FrameFlags : byte
{
    /// <summary>None is set.</summary>
    None = 0,

    /// <summary>DATA, HEADERS: nothing follows from this side of the stream. On others it is <see cref="Http2FrameHeader.Ack"/>.</summary>
    EndStream = 1,

    /// <summary>HEADERS, CONTINUATION: the field block is whole.</summary>
    EndHeaders = 4,

    /// <summary>DATA, HEADERS: a length byte comes first, and as many bytes at the end mean nothing.</summary>
    Padded = 8,

    /// <summary>HEADERS: five bytes of deprecated priority come first.</summary>
    Priority = 32,
}
