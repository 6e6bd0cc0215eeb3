using System.Text;

namespace Mosn.Protocols.Grpc;

/// <summary>What the fields of a message say about a gRPC call (gRPC, <c>doc/PROTOCOL-HTTP2.md</c>).</summary>
public static class GrpcHeaders
{
    /// <summary>Whether the content type is that of gRPC: <c>application/grpc</c>, perhaps with a format or parameters.</summary>
    public static bool IsGrpc(HeaderBlock headers) =>
        headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type) && IsType(type, "application/grpc"u8);

    /// <summary>Whether a content type is that one, perhaps followed by <c>+format</c> or parameters.</summary>
    public static bool IsType(ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> type) =>
        contentType.Length >= type.Length
        && Ascii.EqualsIgnoreCase(contentType[..type.Length], type)
        && (contentType.Length == type.Length || contentType[type.Length] is (byte)'+' or (byte)';' or (byte)' ' or (byte)'\t');

    /// <summary>The status that a head or trailers carry; null: none, or none that can be read.</summary>
    public static int? StatusOf(HeaderBlock headers) =>
        headers.TryGet(KnownHeader.GrpcStatus, out ReadOnlySpan<byte> text) && GrpcStatuses.TryParse(text, out int status)
            ? status
            : null;
}
