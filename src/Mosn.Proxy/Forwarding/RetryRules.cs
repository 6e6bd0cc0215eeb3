using System.Buffers.Text;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// What may be tried again as far as the kind of failure goes. How often, and whether the body is still there, the stream
/// knows.
/// </summary>
internal static class RetryRules
{
    /// <summary>Whether a response of that status is worth another try.</summary>
    /// <param name="grpcStatus">How a gRPC call ended, if the head of its response says so; else null.</param>
    public static bool Allows(RetryPolicy policy, RequestHead request, int status, int? grpcStatus)
    {
        if (policy.On == RetryOn.None)
        {
            return false;
        }
        if (grpcStatus is { } said && policy.Has((GrpcStatus)said))
        {
            return true; // Every call is a POST, so whoever names its status means just that.
        }
        if (!MayRepeat(policy, request))
        {
            return false;
        }
        return (Has(policy, RetryOn.ServerError) && status >= 500)
            || (Has(policy, RetryOn.GatewayError) && status is 502 or 503 or 504)
            || (Has(policy, RetryOn.StatusCodes) && Array.BinarySearch(policy.StatusCodes, status) >= 0);
    }

    /// <summary>
    /// Milliseconds to wait before the next try, if the host that answered a call says so; null: it does not. Negative: it
    /// wants none, or none so soon that the policy would wait for it (gRPC, proposal A6, "Pushback").
    /// </summary>
    public static long? PushbackMs(RetryPolicy policy, ResponseHead response)
    {
        if (!response.Headers.TryGet("grpc-retry-pushback-ms"u8, out ReadOnlySpan<byte> text))
        {
            return null;
        }
        bool isTime = Utf8Parser.TryParse(text, out long ms, out int length) && length == text.Length;
        return isTime && ms <= policy.BackoffMaxMs ? ms : -1;
    }

    /// <summary>
    /// Whether a failure of the upstream that may have had an effect is worth another try at some host. One that cannot have
    /// had any always is.
    /// </summary>
    public static bool Allows(RetryPolicy policy, RequestHead request, StreamError failure)
    {
        if (failure.Source != ErrorSource.Upstream)
        {
            return false;
        }
        RetryOn needed = failure.Kind switch
        {
            StreamErrorKind.Reset or StreamErrorKind.Truncated or StreamErrorKind.Malformed => RetryOn.Reset,
            StreamErrorKind.TryTimedOut => RetryOn.TryTimeout,
            _ => RetryOn.None,
        };
        return Has(policy, needed) && MayRepeat(policy, request);
    }

    /// <summary>
    /// Whether a failure is that of a pooled connection which its host had already given up: the same request is then sent
    /// once more, on a connection that cannot be stale, whatever the policy.
    /// </summary>
    public static bool IsStale(RequestHead request, StreamError failure) =>
        failure is { Source: ErrorSource.Upstream, Kind: StreamErrorKind.Reset }
        && (failure.SafeToRetry || (failure.OnReusedConnection && request.KnownMethod.IsIdempotent()));

    /// <summary>
    /// Milliseconds to wait before retry number <paramref name="retry"/>, from 1: anything up to a bound that doubles each
    /// time ("full jitter", M. Brooker, "Exponential Backoff and Jitter", 2015), so that clients that failed together do
    /// not come back together.
    /// </summary>
    public static long BackoffMs(RetryPolicy policy, int retry, ref SplitMix64 random)
    {
        long bound = Math.Min(policy.BackoffMaxMs, (long)policy.BackoffBaseMs << Math.Min(retry - 1, 30));
        return bound <= 0 ? 0 : random.NextBelow((uint)bound + 1);
    }

    private static bool Has(RetryPolicy policy, RetryOn any) => (policy.On & any) != RetryOn.None;

    private static bool MayRepeat(RetryPolicy policy, RequestHead request) =>
        policy.RepeatsUnsafe || request.KnownMethod.IsIdempotent();
}
