namespace Mosn.Protocols.Grpc;

/// <summary>
/// Content types of gRPC-Web: <c>application/grpc-web</c>, or <c>-text</c> when bodies are base64, perhaps with the format of
/// the messages behind it, as <c>+proto</c>.
/// </summary>
public static class GrpcWebType
{
    /// <summary>Bytes that a written type takes at most.</summary>
    public const int LengthMax = 64;

    /// <summary>Bytes of a format with its plus sign; a type with a longer one is none of gRPC-Web.</summary>
    public const int FormatLengthMax = 32;

    /// <summary>Reads a content type; its parameters do not matter. False: it is not of gRPC-Web.</summary>
    /// <param name="format">With the plus sign; empty: it says none.</param>
    public static bool TryRead(ReadOnlySpan<byte> contentType, out bool isText, out ReadOnlySpan<byte> format)
    {
        isText = GrpcHeaders.IsType(contentType, "application/grpc-web-text"u8);
        format = default;
        if (!isText && !GrpcHeaders.IsType(contentType, "application/grpc-web"u8))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = contentType[(isText ? "application/grpc-web-text"u8 : "application/grpc-web"u8).Length..];
        int end = rest.IndexOfAny(" \t;"u8);
        format = end < 0 ? rest : rest[..end];
        return format.Length <= FormatLengthMax;
    }

    /// <summary>Writes a content type of gRPC or gRPC-Web with that format.</summary>
    public static int Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> format, Span<byte> into)
    {
        type.CopyTo(into);
        format.CopyTo(into[type.Length..]);
        return type.Length + format.Length;
    }
}
