using Mosn.Protocols.Grpc;

namespace Mosn.Proxy.Grpc;

/// <summary>The answer to a unary call: a message, or why there is none.</summary>
/// <param name="Message">The bytes of the message; must not change until the call is over.</param>
public readonly record struct GrpcReply(ReadOnlyMemory<byte> Message)
{
    /// <summary>Ok if the message is to be sent.</summary>
    public GrpcResult Result { get; private init; }

    /// <summary>No message: the call failed.</summary>
    public static GrpcReply Failed(GrpcStatus status, string message = "") => new() { Result = new GrpcResult(status, message) };
}
