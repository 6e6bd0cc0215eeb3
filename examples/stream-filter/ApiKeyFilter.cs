using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;

namespace StreamFilterExample;

/// <summary>
/// <c>api_key</c>: a request must have a known key. The upstream gets the name of its owner in <c>x-user</c>, and never the
/// key. Keeps nothing about a request, so one object serves all requests of all loops.
/// </summary>
internal sealed class ApiKeyFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "api_key";

    private const int Allowed = 0;
    private const int Refused = 1;

    private static readonly MetricSchema s_metrics = new("filter_api_key",
    [
        new MetricDefinition("allowed_total", MetricKind.Counter, "Requests with a known key."),
        new MetricDefinition("refused_total", MetricKind.Counter, "Requests without one."),
    ]);

    private static readonly byte[] s_refusal = Encoding.ASCII.GetBytes("an API key is needed\n");

    private readonly ApiKeySettings _settings;
    private readonly MetricGroup _metrics;

    private ApiKeyFilter(ApiKeySettings settings, StreamFilterServices services)
    {
        _settings = settings;
        _metrics = services.Metrics.GetOrAdd(s_metrics, ("listener", services.ListenerName));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new ApiKeyFilter(ApiKeySettings.Read(filter), services);

    public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add(RequestPhase.AfterRoute, this);

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        ApiKeySettings settings = context.RouteSettings<ApiKeySettings>(Type) ?? _settings;
        HeaderBlock headers = context.Stream.Request.Headers;
        headers.TryGet(settings.Header, out ReadOnlySpan<byte> key);
        ReadOnlySpan<byte> user = settings.UserOf(key);
        _metrics.Add(context.Loop.Index, user.IsEmpty ? Refused : Allowed, 1);
        if (user.IsEmpty)
        {
            context.ReplyHeaders.Add("Content-Type"u8, "text/plain; charset=utf-8"u8);
            return new(context.Reply(401, s_refusal));
        }
        headers.Remove(settings.Header);
        headers.Set("x-user"u8, user);
        return new(FilterVerdict.Continue);
    }
}
