using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles how a route chooses its cluster, and what consistent hashing is computed from.</summary>
internal sealed class ClusterCompiler(RouteServices services, RouteVariables variables)
{
    private SplitMix64 _seeds = new(services.Seed);

    /// <summary>Of several ways the first counts: by weight, by name, by variable, by header.</summary>
    public ClusterChoice Compile(RouteActionConfig action, string place, List<string> problems)
    {
        ulong total = action.WeightedClusters.Aggregate(0UL, static (sum, entry) => sum + entry.Weight);
        if (action.WeightedClusters.Count > 0 && total is > 0 and <= uint.MaxValue)
        {
            return new WeightedClusters(
                [.. action.WeightedClusters.Select(entry => (TargetOf(entry), entry.Weight))],
                services.LoopCount, _seeds.Next());
        }
        if (action.WeightedClusters.Count > 0)
        {
            problems.Add($"{place}: the weights of the clusters add up to {total}; 1 to {uint.MaxValue} is possible");
        }
        MetadataCriteria? criteria = CriteriaOf(action.MetadataMatch);
        if (action.ClusterName.Length > 0 || (action.ClusterVariable.Length == 0 && action.ClusterHeader.Length == 0))
        {
            return new SingleCluster(new RouteCluster(services.Clusters.Get(action.ClusterName), criteria));
        }
        if (action.ClusterVariable.Length == 0)
        {
            return Named(variable: null, action.ClusterHeader);
        }
        VariableValue? variable = variables.Find(action.ClusterVariable);
        if (variable is null)
        {
            problems.Add($"{place}: cluster_variable: there is no variable '{action.ClusterVariable}'");
        }
        return Named(variable, "");

        NamedCluster Named(VariableValue? variable, string header) => new(
            services.Clusters, variable, Utf8(header.ToLowerInvariant()), criteria, services.LoopCount);
    }

    /// <summary>As in MOSN the first policy counts, in it the cookie before the header, and without both the address.</summary>
    public HashPolicy? Compile(IReadOnlyList<HashPolicyConfig> policies) => policies switch
    {
        [] => null,
        [{ Cookie: { } cookie }, ..] =>
            new CookieHash(cookie.Name, cookie.Path, cookie.Ttl, services.LoopCount, _seeds.Next()),
        [{ Header: { } header }, ..] => new HeaderHash(Utf8(header.Key)),
        _ => new SourceAddressHash(),
    };

    /// <summary>Null: none of a hundred requests is copied.</summary>
    public MirrorPolicy? Compile(MirrorConfig? mirror) => mirror is { Cluster.Length: > 0, Percent: > 0 }
        ? new MirrorPolicy(services.Clusters.Get(mirror.Cluster), (int)Math.Min(mirror.Percent, 100))
        : null;

    private static MetadataCriteria? CriteriaOf(IReadOnlyDictionary<string, string> labels) =>
        labels.Count == 0 ? null : new MetadataCriteria(labels);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private RouteCluster TargetOf(WeightedClusterConfig entry) =>
        new(services.Clusters.Get(entry.Name), CriteriaOf(entry.MetadataMatch));
}
