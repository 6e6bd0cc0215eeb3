using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles when a request is sent again.</summary>
internal static class RetryPolicyCompiler
{
    /// <summary>MOSN's least number of retries, which is ours where the configuration gives none.</summary>
    private const int RetriesDefault = 3;

    /// <param name="config">Null: the route says nothing.</param>
    public static RetryPolicy Compile(RetryPolicyConfig? config, string place, List<string> problems)
    {
        if (config is null)
        {
            return RetryPolicy.Default;
        }
        RetryPolicy policy = RetryPolicy.Default with
        {
            TryTimeoutMs = Milliseconds(config.RetryTimeout),
            BackoffBaseMs = (int)Math.Min(Milliseconds(config.BackOff.BaseInterval), int.MaxValue),
            BackoffMaxMs = (int)Math.Min(Milliseconds(config.BackOff.MaxInterval), int.MaxValue),
            BodyBytesMax = (int)Math.Min(config.MaxBodyBytes, int.MaxValue),
        };
        RetryOn on = Conditions(config, place, problems);
        return on == RetryOn.None
            ? policy
            : policy with
            {
                On = on,
                RetriesMax = config.NumRetries == 0 ? RetriesDefault : (int)Math.Min(config.NumRetries, int.MaxValue),
                GrpcStatuses = config.Conditions.Aggregate(0u, static (all, name) => all | GrpcBit(name)),
                StatusCodes = [.. config.StatusCodes.Distinct().Order()],
                RepeatsUnsafe = config.RetryUnsafeMethods,
                Hedges = config.HedgeOnTryTimeout,
            };
    }

    private static RetryOn Conditions(RetryPolicyConfig config, string place, List<string> problems)
    {
        if (config.Conditions.Count > 0)
        {
            return config.Conditions.Aggregate(RetryOn.None, (on, name) => on | Condition(name, place, problems));
        }
        if (!config.RetryOn)
        {
            return RetryOn.None;
        }
        RetryOn always = RetryOn.Reset | RetryOn.RefusedStream | RetryOn.TryTimeout;
        return always | (config.StatusCodes.Count > 0 ? RetryOn.StatusCodes : RetryOn.ServerError | RetryOn.GatewayError);
    }

    private static RetryOn Condition(string name, string place, List<string> problems)
    {
        switch (name)
        {
            case "5xx": return RetryOn.ServerError;
            case "gateway-error": return RetryOn.GatewayError;
            case "reset": return RetryOn.Reset;
            case "refused-stream": return RetryOn.RefusedStream;
            case RetryPolicyConfig.StatusCodesCondition: return RetryOn.StatusCodes;
            case "try-timeout": return RetryOn.TryTimeout;
            case "cancelled" or "deadline-exceeded" or "internal" or "resource-exhausted" or "unavailable":
                return RetryOn.GrpcStatuses;
            case "connect-failure": return RetryOn.None; // It is always worth another host.
            default:
                problems.Add($"{place}: '{name}' is not a condition of a retry");
                return RetryOn.None;
        }
    }

    private static uint GrpcBit(string name) => name switch
    {
        "cancelled" => 1u << (int)GrpcStatus.Cancelled,
        "deadline-exceeded" => 1u << (int)GrpcStatus.DeadlineExceeded,
        "internal" => 1u << (int)GrpcStatus.Internal,
        "resource-exhausted" => 1u << (int)GrpcStatus.ResourceExhausted,
        "unavailable" => 1u << (int)GrpcStatus.Unavailable,
        _ => 0,
    };

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(Math.Max(0, time.TotalMilliseconds));
}
