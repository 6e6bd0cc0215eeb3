using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>cors</c>: answers the preflights of allowed origins, and tells browsers about the other responses (Fetch standard,
/// section "CORS protocol"). What origins that are not allowed send goes to the upstream as it is: a browser keeps the
/// answer from its page, as what the upstream says about origins does not get through.
/// </summary>
internal sealed class CorsFilter : IStreamFilterFactory, IRequestFilter, IResponseFilter
{
    public const string Type = "cors";

    private readonly CorsSettings _settings;
    private readonly MetricGroup _metrics;

    private CorsFilter(CorsSettings settings, StreamFilterServices services)
    {
        _settings = settings;
        _metrics = FilterMetrics.Of(FilterMetrics.Cors, services.Metrics, services.ListenerName);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new CorsFilter(new CorsSettings((CorsFilterConfig)filter.Typed!), services);

    public static object RouteSettings(FilterConfig filter) => new CorsSettings((CorsFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        // A response that depends on the origin says so to caches, whether or not this request has one.
        chain.Add(this);
        if (context.Stream.Request.Headers.Contains(KnownHeader.Origin))
        {
            chain.Add(RequestPhase.AfterRoute, this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        CorsSettings settings = Settings(context);
        if (settings.IsEmpty || !context.Stream.Request.Headers.TryGet(KnownHeader.Origin, out ReadOnlySpan<byte> origin))
        {
            return new(FilterVerdict.Continue);
        }
        bool isAllowed = settings.Allows(origin);
        _metrics.Add(context.Loop.Index, isAllowed ? FilterMetrics.CorsAllowed : FilterMetrics.CorsOther, 1);
        if (!isAllowed || !IsPreflight(context.Stream.Request))
        {
            return new(FilterVerdict.Continue);
        }
        HeaderBlock headers = context.ReplyHeaders;
        AddIfAny(headers, "Access-Control-Allow-Methods"u8, settings.AllowMethods);
        AddIfAny(headers, "Access-Control-Allow-Headers"u8, settings.AllowHeaders);
        AddIfAny(headers, "Access-Control-Max-Age"u8, settings.MaxAge);
        return new(context.Reply(204));
    }

    public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
    {
        CorsSettings settings = Settings(context);
        if (settings.IsEmpty || context.Stream.Response is not { } response)
        {
            return new(FilterVerdict.Continue);
        }
        HeaderBlock headers = response.Headers;
        headers.Remove("Access-Control-Allow-Origin"u8);
        headers.Remove("Access-Control-Allow-Credentials"u8);
        headers.Remove("Access-Control-Expose-Headers"u8);
        if (!settings.AllowsAll)
        {
            VaryHeader.Add(headers, "Origin"u8);
        }
        if (context.Stream.Request.Headers.TryGet(KnownHeader.Origin, out ReadOnlySpan<byte> origin)
            && settings.Allows(origin)
            && headers.TrySet("Access-Control-Allow-Origin"u8, settings.AllowsAll ? "*"u8 : origin))
        {
            if (settings.AllowCredentials)
            {
                headers.Set("Access-Control-Allow-Credentials"u8, "true"u8);
            }
            if (settings.ExposeHeaders.Length > 0 && !IsPreflight(context.Stream.Request))
            {
                headers.Set("Access-Control-Expose-Headers"u8, settings.ExposeHeaders);
            }
        }
        return new(FilterVerdict.Continue);
    }

    private static bool IsPreflight(RequestHead request) =>
        request.Method.SequenceEqual("OPTIONS"u8)
        && request.Headers.TryGet("Access-Control-Request-Method"u8, out _);

    private static void AddIfAny(HeaderBlock headers, ReadOnlySpan<byte> name, byte[] value)
    {
        if (value.Length > 0)
        {
            headers.Set(name, value);
        }
    }

    private CorsSettings Settings(FilterContext context) => context.RouteSettings<CorsSettings>(Type) ?? _settings;
}
