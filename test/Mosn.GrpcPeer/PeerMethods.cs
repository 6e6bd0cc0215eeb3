using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Mosn.GrpcPeer;

/// <summary>The methods of <c>Peers/grpc.js</c>, whose messages are bytes: no code is generated.</summary>
internal sealed class PeerMethods : IServiceMethodProvider<PeerService>
{
    private static readonly Marshaller<byte[]> s_bytes = new(static bytes => bytes, static bytes => bytes);

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<PeerService> context)
    {
        context.AddUnaryMethod(
            Of("Unary", MethodType.Unary), [], static (service, request, call) => service.UnaryAsync(request, call));
        context.AddClientStreamingMethod(
            Of("Collect", MethodType.ClientStreaming), [],
            static (_, requests, call) => PeerService.CollectAsync(requests, call));
        context.AddServerStreamingMethod(
            Of("Produce", MethodType.ServerStreaming), [],
            static (service, request, responses, call) => service.ProduceAsync(request, responses, call));
        context.AddDuplexStreamingMethod(
            Of("Echo", MethodType.DuplexStreaming), [],
            static (_, requests, responses, call) => PeerService.EchoAsync(requests, responses, call));
    }

    private static Method<byte[], byte[]> Of(string name, MethodType type) => new(type, "e2e.Peer", name, s_bytes, s_bytes);
}
