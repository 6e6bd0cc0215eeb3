using System.Text;
using Mosn.Protocols.Grpc;

namespace Mosn.Proxy.Grpc;

/// <summary>
/// A gRPC server inside the proxy: handlers by method. Messages are bytes, so any way to write and read them will do. Shared
/// by all loops: handlers are called on several threads at a time. Not to be added to once it serves.
/// </summary>
public sealed class GrpcService
{
    private readonly Dictionary<string, GrpcHandler> _handlers = new(StringComparer.Ordinal);

    /// <summary>Bytes of the largest message that a client may send.</summary>
    public int MessageBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Adds a method that takes one message and gives one.</summary>
    /// <param name="method">Its path: <c>/package.Service/Method</c>.</param>
    public GrpcService Unary(string method, GrpcUnaryHandler handler) => Streaming(method, async call =>
    {
        if (await call.ReadAsync() is not { } request)
        {
            return new GrpcResult(GrpcStatus.Internal, "the call has no message");
        }
        GrpcReply reply = await handler(call, request);
        if (reply.Result.Status == GrpcStatus.Ok)
        {
            await call.WriteAsync(reply.Message);
        }
        return reply.Result;
    });

    /// <summary>Adds a method of any kind: both sides may send any number of messages.</summary>
    /// <inheritdoc cref="Unary"/>
    public GrpcService Streaming(string method, GrpcHandler handler)
    {
        _handlers.Add(method, handler);
        return this;
    }

    /// <summary>Null: there is no such method.</summary>
    internal GrpcHandler? Find(ReadOnlySpan<byte> method) =>
        _handlers.GetValueOrDefault(Encoding.UTF8.GetString(method));
}
