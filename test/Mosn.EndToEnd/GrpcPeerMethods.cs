using Grpc.Core;

namespace Mosn.EndToEnd;

/// <summary>The methods of <c>Peers/grpc.js</c>, whose messages are bytes.</summary>
internal static class GrpcPeerMethods
{
    private static readonly Marshaller<byte[]> s_bytes = new(static bytes => bytes, static bytes => bytes);

    public static Method<byte[], byte[]> Unary { get; } = Of("Unary", MethodType.Unary);

    public static Method<byte[], byte[]> Collect { get; } = Of("Collect", MethodType.ClientStreaming);

    public static Method<byte[], byte[]> Produce { get; } = Of("Produce", MethodType.ServerStreaming);

    public static Method<byte[], byte[]> Echo { get; } = Of("Echo", MethodType.DuplexStreaming);

    private static Method<byte[], byte[]> Of(string name, MethodType type) => new(type, "e2e.Peer", name, s_bytes, s_bytes);
}
