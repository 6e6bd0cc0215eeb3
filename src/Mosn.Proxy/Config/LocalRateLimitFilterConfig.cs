namespace Mosn.Proxy.Config;

/// <summary>The local_rate_limit stream filter: a token bucket for the listener or route, or for each key.</summary>
public sealed record LocalRateLimitFilterConfig : TypedFilterConfig, IConfigRecord<LocalRateLimitFilterConfig>
{
    /// <summary>Requests that may come at once. 0: no limit, which a route may need.</summary>
    public int MaxTokens { get; init; }

    /// <summary>Requests that are granted anew in each interval, evenly over it.</summary>
    public int TokensPerFill { get; init; } = 1;

    /// <summary>The interval.</summary>
    public TimeSpan FillInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What makes a bucket of its own. Empty: there is one for all.</summary>
    public IReadOnlyList<RateLimitKeyConfig> Keys { get; init; } = [];

    /// <summary>Keys that are kept apart; a further one takes the place of the one that has used least.</summary>
    public int MaxKeys { get; init; } = 65536;

    /// <summary>Status of a refusal.</summary>
    public int Status { get; init; } = 429;

    /// <summary>grpc-status of a refusal of a gRPC call. 0: the one that the status stands for.</summary>
    public int GrpcStatus { get; init; }

    /// <summary>Tell clients with x-ratelimit-limit, -remaining and -reset.</summary>
    public bool Headers { get; init; }

    static LocalRateLimitFilterConfig IConfigRecord<LocalRateLimitFilterConfig>.Bind(
        ConfigBinder binder, LocalRateLimitFilterConfig value) => value with
        {
            MaxTokens = binder.Int(
                "max_tokens", value.MaxTokens,
                "Requests that may come at once. 0: no limit, which a route may need.", Field.Range(0, 1_000_000_000)),
            TokensPerFill = binder.Int(
                "tokens_per_fill", value.TokensPerFill,
                "Requests that are granted anew in each interval, evenly over it.", Field.Range(1, 1_000_000_000)),
            FillInterval = binder.Duration("fill_interval", value.FillInterval, "The interval."),
            Keys = binder.List("keys", value.Keys, "What makes a bucket of its own. Empty: there is one for all."),
            MaxKeys = binder.Int(
                "max_keys", value.MaxKeys,
                "Keys that are kept apart; a further one takes the place of the one that has used least.",
                Field.Range(8, 16_777_216)),
            Status = binder.Int("status", value.Status, "Status of a refusal.", Field.Range(400, 599)),
            GrpcStatus = binder.Int(
                "grpc_status", value.GrpcStatus,
                "grpc-status of a refusal of a gRPC call. 0: the one that the status stands for.", Field.Range(0, 16)),
            Headers = binder.Bool(
                "headers", value.Headers, "Tell clients with x-ratelimit-limit, -remaining and -reset."),
        };
}
