using System.Buffers.Text;
using Microsoft.Extensions.Logging;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>local_rate_limit</c>: a request takes a token from the bucket of its listener, route or key, or is refused. Exact
/// over all loops. A route's settings replace the listener's, with buckets of their own.
/// </summary>
internal sealed class LocalRateLimitFilter : IStreamFilterFactory
{
    public const string Type = "local_rate_limit";

    private const long NsPerSecond = 1_000_000_000;

    private readonly RateLimitSettings _settings;
    private readonly LoopLocal<LogClock> _clocks;
    private readonly LoopLocal<ObjectPool<Limiting>> _free;
    private readonly SipHash _hash;
    private readonly MetricGroup _metrics;

    private LocalRateLimitFilter(RateLimitSettings settings, StreamFilterServices services)
    {
        _settings = settings;
        SplitMix64 random = new(services.Seed);
        _hash = new SipHash(random.Next(), random.Next());
        _clocks = new(services.LoopCount, static _ => LogClock.ForAccessLog(TimeZoneInfo.Utc));
        _metrics = FilterMetrics.Of(FilterMetrics.LocalRateLimit, services.Metrics, services.ListenerName);
        _free = new(services.LoopCount, loop => new ObjectPool<Limiting>(loop, () => new Limiting(this)));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services)
    {
        LocalRateLimitFilterConfig config = (LocalRateLimitFilterConfig)filter.Typed!;
        foreach (RateLimitKeyConfig key in config.Keys)
        {
            if (key.Type == RateLimitKeyType.Variable && StreamVariables.Find(key.Name) is null)
            {
                services.Log.LogWarning(
                    "listener '{Listener}': {Filter} knows no variable '{Name}'; it counts as empty",
                    services.ListenerName, Type, key.Name);
            }
        }
        return new LocalRateLimitFilter(new RateLimitSettings(config), services);
    }

    public static object RouteSettings(FilterConfig filter) =>
        new RateLimitSettings((LocalRateLimitFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context) => _free.On(context.Loop).Rent().AddTo(chain);

    private static long Seconds(long ns) => (ns + NsPerSecond - 1) / NsPerSecond;

    private static void SetNumber(HeaderBlock headers, ReadOnlySpan<byte> name, long number)
    {
        Span<byte> text = stackalloc byte[20];
        Check.That(Utf8Formatter.TryFormat(number, text, out int length));
        headers.Set(name, text[..length]);
    }

    /// <summary>One stream, with the bucket of its request: by the time of the response the key may read otherwise.</summary>
    private sealed class Limiting(LocalRateLimitFilter filter) : IRequestFilter, IResponseFilter, IStreamEndFilter
    {
        private RateLimitSettings? _settings;
        private TokenBucket? _bucket;

        public void AddTo(StreamFilterChain chain)
        {
            chain.Add(RequestPhase.AfterRoute, this);
            chain.Add((IResponseFilter)this);
            chain.Add((IStreamEndFilter)this);
        }

        public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
        {
            RateLimitSettings settings = context.RouteSettings<RateLimitSettings>(Type) ?? filter._settings;
            _settings = settings;
            _bucket = null;
            if (settings.TokensMax == 0)
            {
                return new(FilterVerdict.Continue);
            }
            int loop = context.Loop.Index;
            _bucket = settings.BucketOf(context.Stream, filter._hash, filter._clocks, out bool dropped);
            if (dropped)
            {
                filter._metrics.Add(loop, FilterMetrics.RateKeysDropped, 1);
            }
            if (_bucket.TryTake(settings.Rate, context.Loop.TurnNs, out long waitNs))
            {
                filter._metrics.Add(loop, FilterMetrics.RateAllowed, 1);
                return new(FilterVerdict.Continue);
            }
            filter._metrics.Add(loop, FilterMetrics.RateLimited, 1);
            SetNumber(context.ReplyHeaders, "Retry-After"u8, Seconds(waitNs));
            return new(context.Reply(settings.Status, settings.GrpcStatus, flags: ResponseFlags.RateLimited));
        }

        public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
        {
            if (_bucket is { } bucket && _settings is { HasHeaders: true } settings && context.Stream.Response is { } response)
            {
                long nowNs = context.Loop.TurnNs;
                SetNumber(response.Headers, "x-ratelimit-limit"u8, settings.TokensMax);
                SetNumber(response.Headers, "x-ratelimit-remaining"u8, bucket.Remaining(settings.Rate, nowNs));
                SetNumber(response.Headers, "x-ratelimit-reset"u8, Seconds(Math.Max(0, bucket.FullAtNs - nowNs)));
            }
            return new(FilterVerdict.Continue);
        }

        public void OnEnd(FilterContext context)
        {
            _settings = null;
            _bucket = null;
            filter._free.On(context.Loop).Return(this);
        }
    }
}
