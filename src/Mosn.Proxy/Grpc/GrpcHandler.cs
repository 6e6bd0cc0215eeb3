namespace Mosn.Proxy.Grpc;

/// <summary>
/// Serves a call of any kind: reads and writes messages as it likes, and says how the call ended. Runs on the loop of the
/// client's connection and must not block it; an await comes back to the loop.
/// </summary>
public delegate ValueTask<GrpcResult> GrpcHandler(GrpcCall call);

/// <summary>Serves a call with one message and one answer. Where it runs: see <see cref="GrpcHandler"/>.</summary>
/// <param name="request">The bytes of the message, valid until the call is over.</param>
public delegate ValueTask<GrpcReply> GrpcUnaryHandler(GrpcCall call, ReadOnlyMemory<byte> request);
