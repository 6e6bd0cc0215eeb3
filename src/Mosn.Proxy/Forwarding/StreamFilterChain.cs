using System.Runtime.CompilerServices;

namespace Mosn.Proxy.Forwarding;

/// <summary>One stream's filters, in the order of the configuration. Pooled with its stream.</summary>
public sealed class StreamFilterChain
{
    private readonly List<(RequestPhase Phase, IRequestFilter Filter)> _requestFilters = [];
    private readonly List<IResponseFilter> _responseFilters = [];

    internal StreamFilterChain()
    {
    }

    internal bool HasRequestFilters => _requestFilters.Count > 0;

    internal bool HasResponseFilters => _responseFilters.Count > 0;

    /// <summary>Adds a filter that runs in <paramref name="phase"/>.</summary>
    public void Add(RequestPhase phase, IRequestFilter filter) => _requestFilters.Add((phase, filter));

    /// <summary>Adds a filter that runs before the response is sent.</summary>
    public void Add(IResponseFilter filter) => _responseFilters.Add(filter);

    internal void Clear()
    {
        _requestFilters.Clear();
        _responseFilters.Clear();
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
}
