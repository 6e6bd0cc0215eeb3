namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckBalancing(ClusterConfig cluster)
    {
        if (cluster.BalancerSettings is { } settings && settings.MinimumRingSize > settings.MaximumRingSize)
        {
            Error(settings, "minimum_ring_size", "'minimum_ring_size' is above 'maximum_ring_size'");
        }
        if (cluster.LbSubsetConfig is { } subsets)
        {
            CheckSubsets(subsets);
        }
        if (cluster.SlowStart is { } slowStart)
        {
            CheckSlowStart(slowStart, cluster.LbType);
        }
    }

    private void CheckSubsets(SubsetConfig subsets)
    {
        if (subsets.SubsetSelectors.Count == 0)
        {
            Warning(subsets, "", "there are no subsets without 'subset_selectors'");
        }
        foreach (IReadOnlyList<string> selector in subsets.SubsetSelectors)
        {
            if (selector.Count == 0 || selector.Contains(""))
            {
                Error(subsets, "subset_selectors", "a selector without a label name", expected: "names of labels");
            }
        }
        if (subsets.DefaultSubset.Count > 0 && subsets.FallbackPolicy != SubsetConfig.DefaultSubsetPolicy)
        {
            Warning(subsets, "default_subset", "used with 'fall_back_policy' 2 only");
        }
    }

    private void CheckSlowStart(SlowStartConfig slowStart, LoadBalancerType balancer)
    {
        if (slowStart.Mode is not ("" or "duration"))
        {
            Error(slowStart, "mode", "unknown mode", $"\"{slowStart.Mode}\"", "duration");
        }
        else if (slowStart.Mode.Length > 0 && balancer is not (LoadBalancerType.WeightedRoundRobin
            or LoadBalancerType.LeastRequest or LoadBalancerType.LeastConnection or LoadBalancerType.PeakEwma))
        {
            Warning(slowStart, "", $"no effect with {ConfigNames.LoadBalancerType.NameOf(balancer)}, which looks at no weights");
        }
    }
}
