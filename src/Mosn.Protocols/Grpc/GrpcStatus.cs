namespace Mosn.Protocols.Grpc;

/// <summary>How a gRPC call ended; the numbers are those on the wire. A server may send others, too.</summary>
public enum GrpcStatus
{
    Ok,
    Cancelled,
    Unknown,
    InvalidArgument,
    DeadlineExceeded,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    OutOfRange,
    Unimplemented,
    Internal,
    Unavailable,
    DataLoss,
    Unauthenticated,
}
