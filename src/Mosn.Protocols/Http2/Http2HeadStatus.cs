namespace Mosn.Protocols.Http2;

/// <summary>What became of a field block, and so what must end.</summary>
public enum Http2HeadStatus : byte
{
    Complete,

    /// <summary>The stream: PROTOCOL_ERROR (RFC 9113 section 8.1.1). The decoder goes on.</summary>
    Malformed,

    /// <summary>More than we want to keep: answer 431, or end the stream. The decoder goes on.</summary>
    TooLarge,

    /// <summary>The connection: COMPRESSION_ERROR. The decoder has lost its table.</summary>
    BadCompression,

    /// <summary>
    /// The connection: ENHANCE_YOUR_CALM. A block so much larger than its limits was made to hurt. The decoder has
    /// stopped in the middle of it.
    /// </summary>
    Bomb,
}
