namespace Mosn.Protocols.Http1;

/// <summary>Why bytes were refused. The connection they came from must be closed after it.</summary>
public enum Http1Error : byte
{
    None,

    /// <summary>The first line is not made as it must be, e.g. it has other separators than one space.</summary>
    BadRequestLine,
    BadMethod,

    /// <summary>A space, control or non-ASCII byte, a fragment, or a form that does not go with the method.</summary>
    BadTarget,
    BadVersion,
    BadStatusLine,
    BareCarriageReturn,
    BareLineFeed,
    ControlByte,

    /// <summary>A line that continues the one before it.</summary>
    ObsoleteFold,

    /// <summary>An empty name, a byte that no name may have, or a space before the colon.</summary>
    BadHeaderName,
    MissingHost,
    DuplicateHost,
    BadHost,
    BadContentLength,
    DuplicateContentLength,
    DuplicateTransferEncoding,

    /// <summary>Both <c>Transfer-Encoding</c> and <c>Content-Length</c>.</summary>
    ConflictingFraming,

    /// <summary>A body is announced where none can be: CONNECT, 1xx, 204, or a transfer coding in HTTP/1.0.</summary>
    UnexpectedFraming,

    /// <summary>A transfer coding other than <c>chunked</c> alone.</summary>
    UnknownTransferCoding,
    UnknownExpectation,
    TargetTooLong,
    HeadTooLarge,
    TooManyHeaders,

    /// <summary>Not digits and CR LF: also an extension, a sign, or a space.</summary>
    BadChunkSize,
    ChunkSizeTooLong,

    /// <summary>Something else than CR LF behind the bytes of a chunk.</summary>
    BadChunkEnd,

    /// <summary>A trailer that has no business there: framing, routing, authentication.</summary>
    ForbiddenTrailer,
    TrailerTooLarge,

    /// <summary>The connection ended before the body did.</summary>
    Truncated,
}
