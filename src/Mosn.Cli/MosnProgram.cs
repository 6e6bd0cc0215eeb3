using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Grpc;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>The program <c>mosn</c>, for binaries that have more in them.</summary>
public static class MosnProgram
{
    /// <summary>Runs a command line to its end.</summary>
    /// <param name="addFilters">Adds stream filters to those of the product; configurations may then name them.</param>
    /// <param name="addGrpcServices">Adds gRPC services, which the <c>grpc</c> filter may then serve.</param>
    /// <param name="addProtocols">Adds RPC protocols, which clients and hosts may then speak.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(
        string[] arguments,
        Action<StreamFilterRegistry>? addFilters = null,
        Action<GrpcServiceRegistry>? addGrpcServices = null,
        Action<FrameProtocolRegistry>? addProtocols = null)
    {
        ProcessSignals.StopIgnoring();
        CliContext context = CliContext.OfProcess();
        addFilters?.Invoke(context.Extensions.StreamFilters);
        addGrpcServices?.Invoke(context.Extensions.GrpcServices);
        addProtocols?.Invoke(context.Extensions.FrameProtocols);
        return CommandLine.RunAsync(arguments, context);
    }
}
