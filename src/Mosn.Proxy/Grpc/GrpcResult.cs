using Mosn.Protocols.Grpc;

namespace Mosn.Proxy.Grpc;

/// <summary>How a call ended.</summary>
/// <param name="Message">For the client's developers; empty: none.</param>
public readonly record struct GrpcResult(GrpcStatus Status, string Message = "")
{
    /// <summary>Success.</summary>
    public static GrpcResult Ok { get; } = new(GrpcStatus.Ok);
}
