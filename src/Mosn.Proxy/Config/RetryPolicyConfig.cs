namespace Mosn.Proxy.Config;

/// <summary>When a request is sent again.</summary>
public sealed record RetryPolicyConfig : IConfigRecord<RetryPolicyConfig>
{
    /// <summary>Retry on server errors and resets.</summary>
    public bool RetryOn { get; init; }

    /// <summary>Time for one try. 0: none of its own.</summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Most retries.</summary>
    public uint NumRetries { get; init; }

    /// <summary>Retry on these status codes instead of all server errors.</summary>
    public IReadOnlyList<int> StatusCodes { get; init; } = [];

    static RetryPolicyConfig IConfigRecord<RetryPolicyConfig>.Bind(ConfigBinder binder, RetryPolicyConfig value)
    {
        value = value with
        {
            RetryOn = binder.Bool("retry_on", value.RetryOn, "Retry on server errors and resets."),
            RetryTimeout = binder.Duration(
                "retry_timeout", value.RetryTimeout,
                "Time for one try. 0: none of its own."),
            NumRetries = binder.UInt("num_retries", value.NumRetries, "Most retries."),
            StatusCodes = binder.Ints(
                "status_codes", value.StatusCodes,
                "Retry on these status codes instead of all server errors."),
        };
        return value;
    }
}
