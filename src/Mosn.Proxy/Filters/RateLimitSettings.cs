using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// A rate limit of a listener or a route, with its buckets. Immutable but for these, which all loops share.
/// </summary>
internal sealed class RateLimitSettings
{
    private readonly RateLimitKeyPart[] _parts;
    private readonly TokenBucket _one = new();
    private readonly TokenBuckets? _buckets;

    public RateLimitSettings(LocalRateLimitFilterConfig config)
    {
        TokensMax = config.MaxTokens;
        Rate = TokenRate.Of(Math.Max(1, config.MaxTokens), config.TokensPerFill, config.FillInterval);
        Status = config.Status;
        GrpcStatus = (GrpcStatus)config.GrpcStatus;
        HasHeaders = config.Headers;
        _parts = [.. config.Keys.Select(RateLimitKeyPart.Compile)];
        _buckets = _parts.Length > 0 && TokensMax > 0 ? new TokenBuckets(config.MaxKeys) : null;
    }

    /// <summary>0: there is no limit.</summary>
    public int TokensMax { get; }

    public TokenRate Rate { get; }

    /// <summary>Status of a refusal.</summary>
    public int Status { get; }

    /// <summary>For gRPC calls; Ok: what the status stands for.</summary>
    public GrpcStatus GrpcStatus { get; }

    /// <summary>Clients are told how much is left.</summary>
    public bool HasHeaders { get; }

    /// <summary>The bucket of a request.</summary>
    /// <param name="hash">With a key that clients do not know, the same for the whole process.</param>
    /// <param name="clocks">Format times, if a variable has one.</param>
    /// <param name="dropped">Another key that was still limited lost its bucket.</param>
    public TokenBucket BucketOf(
        StreamContext stream, SipHash hash, LoopLocal<LogClock> clocks, out bool dropped)
    {
        dropped = false;
        if (_buckets is null)
        {
            return _one;
        }
        ulong key = 0;
        foreach (RateLimitKeyPart part in _parts)
        {
            key = (key * 0x9E37_79B9_7F4A_7C15) + part.HashOf(stream, hash, clocks);
        }
        return _buckets.Find(key, stream.Loop.TurnNs, out dropped);
    }
}
