using System.Buffers.Text;
using System.Text;
using Mosn.Protocols.Http2;

namespace Mosn.Protocols.Grpc;

/// <summary>What is known about the statuses of gRPC calls.</summary>
public static class GrpcStatuses
{
    /// <summary>How many statuses have a name.</summary>
    public const int Count = (int)GrpcStatus.Unauthenticated + 1;

    private static readonly string[] s_names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private static readonly byte[][] s_numbers =
        [.. Enumerable.Range(0, Count).Select(static status => Encoding.ASCII.GetBytes($"{status}"))];

    /// <summary>Its name in gRPC's documents, e.g. <c>NOT_FOUND</c>; null: it has none.</summary>
    public static string? NameOf(int status) => status is >= 0 and < Count ? s_names[status] : null;

    /// <summary>The value of <c>grpc-status</c>.</summary>
    public static ReadOnlySpan<byte> TextOf(GrpcStatus status) => s_numbers[(int)status];

    /// <summary>Reads a value of <c>grpc-status</c>: digits alone, below 2³¹.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out int status) =>
        Utf8Parser.TryParse(text, out status, out int length) && length == text.Length && text[0] is >= (byte)'0' and <= (byte)'9';

    /// <summary>
    /// What an HTTP status means where no gRPC status is given (gRPC, <c>doc/http-grpc-status-mapping.md</c>).
    /// </summary>
    public static GrpcStatus OfHttp(int status) => status switch
    {
        400 => GrpcStatus.Internal,
        401 => GrpcStatus.Unauthenticated,
        403 => GrpcStatus.PermissionDenied,
        404 => GrpcStatus.Unimplemented,
        429 or 502 or 503 or 504 => GrpcStatus.Unavailable,
        _ => GrpcStatus.Unknown,
    };

    /// <summary>
    /// What it means that a host resets the stream of a call (gRPC, <c>doc/PROTOCOL-HTTP2.md</c>, "HTTP2 Transport
    /// Mapping"). INTERNAL, not UNAVAILABLE, where it may have begun the call: clients do not send that again by themselves.
    /// </summary>
    public static GrpcStatus OfReset(Http2ErrorCode code) => code switch
    {
        Http2ErrorCode.RefusedStream => GrpcStatus.Unavailable,
        Http2ErrorCode.Cancel => GrpcStatus.Cancelled,
        Http2ErrorCode.EnhanceYourCalm => GrpcStatus.ResourceExhausted,
        Http2ErrorCode.InadequateSecurity => GrpcStatus.PermissionDenied,
        _ => GrpcStatus.Internal,
    };

    /// <summary>
    /// The HTTP status that says nearest the same (google.rpc.Code), for whatever knows HTTP statuses alone. What a client
    /// did wrong is below 500, what a server failed at is not.
    /// </summary>
    public static int HttpOf(int status) => (GrpcStatus)status switch
    {
        GrpcStatus.Ok => 200,
        GrpcStatus.Cancelled => 499,
        GrpcStatus.InvalidArgument or GrpcStatus.FailedPrecondition or GrpcStatus.OutOfRange => 400,
        GrpcStatus.DeadlineExceeded => 504,
        GrpcStatus.NotFound => 404,
        GrpcStatus.AlreadyExists or GrpcStatus.Aborted => 409,
        GrpcStatus.PermissionDenied => 403,
        GrpcStatus.ResourceExhausted => 429,
        GrpcStatus.Unimplemented => 501,
        GrpcStatus.Unavailable => 503,
        GrpcStatus.Unauthenticated => 401,
        _ => 500,
    };
}
