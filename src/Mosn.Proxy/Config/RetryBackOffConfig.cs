namespace Mosn.Proxy.Config;

/// <summary>Waits before retries: each is drawn from 0 to a bound that doubles from retry to retry.</summary>
public sealed record RetryBackOffConfig : IConfigRecord<RetryBackOffConfig>
{
    /// <summary>The bound of the first wait.</summary>
    public TimeSpan BaseInterval { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The bound of every wait.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    static RetryBackOffConfig IConfigRecord<RetryBackOffConfig>.Bind(ConfigBinder binder, RetryBackOffConfig value)
    {
        value = value with
        {
            BaseInterval = binder.Duration("base_interval", value.BaseInterval, "The bound of the first wait."),
            MaxInterval = binder.Duration("max_interval", value.MaxInterval, "The bound of every wait."),
        };
        return value;
    }
}
