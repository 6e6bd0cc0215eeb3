namespace Mosn.Proxy.Config;

/// <summary>When a request is sent again.</summary>
public sealed record RetryPolicyConfig : IConfigRecord<RetryPolicyConfig>
{
    /// <summary>The condition that is about <see cref="StatusCodes"/>.</summary>
    internal const string StatusCodesCondition = "retriable-status-codes";

    /// <summary>Retry on server errors and resets.</summary>
    public bool RetryOn { get; init; }

    /// <summary>Time for one try. 0: none of its own.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Most retries. 0: 3.</summary>
    public uint NumRetries { get; init; }

    /// <summary>Retry on these status codes instead of all server errors.</summary>
    public IReadOnlyList<int> StatusCodes { get; init; } = [];

    /// <summary>What is retried, instead of what retry_on and status_codes stand for.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>Waits before retries.</summary>
    public RetryBackOffConfig BackOff { get; init; } = new();

    /// <summary>Bytes of a request's body that are kept for a retry; a longer one is sent once.</summary>
    public long MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>Retry also what is not idempotent and may have had an effect.</summary>
    public bool RetryUnsafeMethods { get; init; }

    /// <summary>When the time of one try is up, start another beside it; the first answer counts.</summary>
    public bool HedgeOnTryTimeout { get; init; }

    /// <summary>What <see cref="Conditions"/> may name.</summary>
    internal static IReadOnlyList<string> ConditionNames { get; } =
    [
        "5xx", "gateway-error", "reset", "refused-stream", StatusCodesCondition, "try-timeout", "connect-failure",
        "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    ];

    static RetryPolicyConfig IConfigRecord<RetryPolicyConfig>.Bind(ConfigBinder binder, RetryPolicyConfig value)
    {
        value = value with
        {
            RetryOn = binder.Bool("retry_on", value.RetryOn, "Retry on server errors and resets."),
            RetryTimeout = binder.Duration(
                "retry_timeout", value.RetryTimeout,
                "Time for one try. 0: none of its own."),
            NumRetries = binder.UInt("num_retries", value.NumRetries, "Most retries. 0: 3."),
            StatusCodes = binder.Ints(
                "status_codes", value.StatusCodes,
                "Retry on these status codes instead of all server errors."),
            Conditions = binder.Strings(
                "conditions", value.Conditions,
                "What is retried, instead of what retry_on and status_codes stand for."),
            BackOff = binder.Child("back_off", value.BackOff, "Waits before retries."),
            MaxBodyBytes = binder.ByteSize(
                "max_body_bytes", value.MaxBodyBytes,
                "Bytes of a request's body that are kept for a retry; a longer one is sent once."),
            RetryUnsafeMethods = binder.Bool(
                "retry_unsafe_methods", value.RetryUnsafeMethods,
                "Retry also what is not idempotent and may have had an effect."),
            HedgeOnTryTimeout = binder.Bool(
                "hedge_on_try_timeout", value.HedgeOnTryTimeout,
                "When the time of one try is up, start another beside it; the first answer counts."),
        };
        return value;
    }
}
