namespace Mosn.Protocols.Http2;

/// <summary>Why a stream or a connection ends (RFC 9113 section 7).</summary>
public enum Http2ErrorCode : uint
{
    /// <summary>In order.</summary>
    NoError,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>A fault of the sender's own.</summary>
    InternalError,

    /// <summary>More data than the window allows, or a window that overflows.</summary>
    FlowControlError,

    /// <summary>Settings were not acknowledged in time.</summary>
    SettingsTimeout,

    /// <summary>A frame for a stream that the sender had ended.</summary>
    StreamClosed,

    /// <summary>A frame of a size that its type does not have.</summary>
    FrameSizeError,

    /// <summary>The stream was not processed at all; the request may be sent again.</summary>
    RefusedStream,

    /// <summary>The stream is not wanted any more.</summary>
    Cancel,

    /// <summary>A field block that cannot be decompressed: the compression state of the connection is lost.</summary>
    CompressionError,

    /// <summary>The other end of a CONNECT tunnel failed.</summary>
    ConnectError,

    /// <summary>The peer causes more work than it is worth.</summary>
    EnhanceYourCalm,

    /// <summary>The transport is not secure enough.</summary>
    InadequateSecurity,

    /// <summary>The request is to be made with HTTP/1.1.</summary>
    Http11Required,
}
