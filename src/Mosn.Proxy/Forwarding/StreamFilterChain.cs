using System.Runtime.CompilerServices;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>One stream's filters, in the order of the configuration. Pooled with its stream.</summary>
public sealed class StreamFilterChain
{
    private readonly List<(RequestPhase Phase, IRequestFilter Filter)> _requestFilters = [];
    private readonly List<IResponseFilter> _responseFilters = [];
    private readonly List<IStreamEndFilter> _endFilters = [];

    internal StreamFilterChain(FilterContext context)
    {
        RequestBody = new BodyFilterChain(context);
        ResponseBody = new BodyFilterChain(context);
    }

    internal bool HasRequestFilters => _requestFilters.Count > 0;

    internal bool HasResponseFilters => _responseFilters.Count > 0;

    internal BodyFilterChain RequestBody { get; }

    internal BodyFilterChain ResponseBody { get; }

    /// <summary>Adds a filter that runs in <paramref name="phase"/>.</summary>
    public void Add(RequestPhase phase, IRequestFilter filter) => _requestFilters.Add((phase, filter));

    /// <summary>Adds a filter that runs before the response is sent.</summary>
    public void Add(IResponseFilter filter) => _responseFilters.Add(filter);

    /// <summary>Adds a filter that hears of the stream's end.</summary>
    public void Add(IStreamEndFilter filter) => _endFilters.Add(filter);

    /// <summary>
    /// Adds a filter of the request's body, behind those that are there. It sees what is pulled from then on, so it is
    /// added while the stream's filters are made or by a request filter.
    /// </summary>
    public void AddRequestBody(IBodyFilter filter) => RequestBody.Add(filter);

    /// <summary>
    /// Adds a filter of the response's body, behind those that are there: while the stream's filters are made, or by a
    /// response filter that has seen the head.
    /// </summary>
    public void AddResponseBody(IBodyFilter filter) => ResponseBody.Add(filter);

    internal void Clear()
    {
        _requestFilters.Clear();
        _responseFilters.Clear();
        _endFilters.Clear();
        RequestBody.Clear();
        ResponseBody.Clear();
    }

    /// <summary>The filters of one phase, until one does not continue; its verdict, or Continue.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<FilterVerdict> RunAsync(RequestPhase phase, FilterContext context)
    {
        for (int i = 0; i < _requestFilters.Count; i++)
        {
            if (_requestFilters[i].Phase == phase)
            {
                FilterVerdict verdict = await _requestFilters[i].Filter.OnRequestAsync(context);
                if (verdict != FilterVerdict.Continue)
                {
                    return verdict;
                }
            }
        }
        return FilterVerdict.Continue;
    }

    /// <summary>The response filters, until one does not continue; its verdict, or Continue.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<FilterVerdict> RunResponseAsync(FilterContext context)
    {
        for (int i = 0; i < _responseFilters.Count; i++)
        {
            FilterVerdict verdict = await _responseFilters[i].OnResponseAsync(context);
            if (verdict != FilterVerdict.Continue)
            {
                return verdict;
            }
        }
        return FilterVerdict.Continue;
    }

    internal void End(FilterContext context)
    {
        foreach (IStreamEndFilter filter in _endFilters)
        {
            filter.OnEnd(context);
        }
    }
}
