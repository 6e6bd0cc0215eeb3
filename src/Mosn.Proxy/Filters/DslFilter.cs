using Mosn.Proxy.Config;
using Mosn.Proxy.Expressions;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>dsl</c>: expressions, for what they do to the request and its response. Their values do not matter, and one that
/// cannot be evaluated is counted and the stream goes on, as in MOSN.
/// </summary>
internal sealed class DslFilter : IStreamFilterFactory
{
    public const string Type = "dsl";

    private readonly (RequestPhase Phase, Step Step)[] _ofRequests;
    private readonly Step? _send;
    private readonly Step? _log;

    private DslFilter(DslFilterConfig config, StreamFilterServices services)
    {
        MetricGroup metrics = FilterMetrics.Of(FilterMetrics.Dsl, services.Metrics, services.ListenerName);
        _send = StepOf(config.SendFilter);
        _log = StepOf(config.LogFilter);
        List<(RequestPhase, Step)> ofRequests = [];
        Add(RequestPhase.BeforeRoute, config.BeforeRouter);
        Add(RequestPhase.AfterRoute, config.AfterRouter);
        Add(RequestPhase.AfterChooseHost, config.AfterBalancer);
        _ofRequests = [.. ofRequests];

        void Add(RequestPhase phase, string source)
        {
            if (StepOf(source) is { } step)
            {
                ofRequests.Add((phase, step));
            }
        }

        Step? StepOf(string source) => source.Length == 0 ? null : new Step(Compile(source), metrics);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new DslFilter((DslFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        foreach ((RequestPhase phase, Step step) in _ofRequests)
        {
            chain.Add(phase, step);
        }
        if (_send is not null)
        {
            chain.Add((IResponseFilter)_send);
        }
        if (_log is not null)
        {
            chain.Add((IStreamEndFilter)_log);
        }
    }

    private static Expression Compile(string source)
    {
        bool isValid = Expression.TryCompileAction(source, out Expression? expression, out _);
        Check.That(isValid); // What is wrong with it was a problem of the configuration.
        return expression!;
    }

    /// <summary>One expression. Keeps nothing about a stream.</summary>
    private sealed class Step(Expression expression, MetricGroup metrics) : IRequestFilter, IResponseFilter, IStreamEndFilter
    {
        public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context) => new(Run(context));

        public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context) => new(Run(context));

        public void OnEnd(FilterContext context) => Run(context);

        private FilterVerdict Run(FilterContext context)
        {
            EvaluationFault fault = expression.Run(context.Stream);
            int metric = fault == EvaluationFault.None ? FilterMetrics.DslDone : FilterMetrics.DslFailed;
            metrics.Add(context.Loop.Index, metric, 1);
            return FilterVerdict.Continue;
        }
    }
}
