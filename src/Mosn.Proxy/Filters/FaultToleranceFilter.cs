using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>fault_tolerance</c>: has the clusters that its listener's requests go to watched for hosts that fail much more often
/// than the others. It only names the clusters; outlier detection does the rest.
/// </summary>
internal sealed class FaultToleranceFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "fault_tolerance";

    private readonly FaultToleranceFilterConfig _config;
    private readonly Action<string, FaultToleranceFilterConfig> _regulate;
    private readonly LoopLocal<NamedClusters> _named;

    private FaultToleranceFilter(FaultToleranceFilterConfig config, StreamFilterServices services)
    {
        _config = config;
        _regulate = services.Regulate;
        _named = new(services.LoopCount, static _ => new NamedClusters());
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new FaultToleranceFilter(filter.Typed as FaultToleranceFilterConfig ?? new FaultToleranceFilterConfig(), services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (_config.Enabled)
        {
            chain.Add(RequestPhase.AfterChooseHost, this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        if (context.Stream.ClusterName is { } name && _named.On(context.Loop).Add(name, context.Loop.NowMs))
        {
            _regulate(name, _config);
        }
        return new(FilterVerdict.Continue);
    }

    /// <summary>
    /// Clusters that one loop has named lately. They are named anew from time to time, because a cluster may have gone and
    /// another of that name come; and there are never many, because requests can make names up.
    /// </summary>
    private sealed class NamedClusters
    {
        private const int CountMax = 10_000;
        private const long KeptMs = 10_000;

        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private long _forgetAtMs;

        /// <returns>False if it is in here already.</returns>
        public bool Add(string name, long nowMs)
        {
            if (nowMs >= _forgetAtMs || _names.Count >= CountMax)
            {
                _names.Clear();
                _forgetAtMs = nowMs + KeptMs;
            }
            return _names.Add(name);
        }
    }
}
