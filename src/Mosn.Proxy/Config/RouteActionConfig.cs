namespace Mosn.Proxy.Config;

/// <summary>Where and how a route sends a request.</summary>
public sealed record RouteActionConfig : IConfigRecord<RouteActionConfig>
{
    /// <summary>Cluster. Used when there are no weighted clusters.</summary>
    public string ClusterName { get; init; } = "";

    /// <summary>Variable that holds the name of the cluster.</summary>
    public string ClusterVariable { get; init; } = "";

    /// <summary>Header whose value is the name of the cluster.</summary>
    public string ClusterHeader { get; init; } = "";

    /// <summary>Protocol towards the cluster. Empty: that of the client.</summary>
    public string UpstreamProtocol { get; init; } = "";

    /// <summary>Clusters that share the requests by weight.</summary>
    public IReadOnlyList<WeightedClusterConfig> WeightedClusters { get; init; } = [];

    /// <summary>What consistent hashing is computed from; the first entry counts.</summary>
    public IReadOnlyList<HashPolicyConfig> HashPolicy { get; init; } = [];

    /// <summary>Labels that choose a subset of the hosts.</summary>
    public IReadOnlyDictionary<string, string> MetadataMatch { get; init; } = ConfigDefaults.NoStrings;

    /// <summary>Time for the whole exchange. 0: the default of the proxy, 60s. Negative: for ever.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.Zero;

    /// <summary>Time in which no byte of a body moves, after which the exchange ends. 0: none of its own.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Longest time for a gRPC call, and that of one without grpc-timeout. 0: as long as grpc-timeout says.</summary>
    public TimeSpan MaxGrpcTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Protocols that a client may change to by Upgrade, or by an extended CONNECT.</summary>
    public IReadOnlyList<string> Upgrades { get; init; } = ConfigDefaults.Upgrades;

    /// <summary>What becomes of CONNECT.</summary>
    public ConnectMode Connect { get; init; } = ConnectMode.Refuse;

    /// <summary>Time in which no byte moves through a tunnel, after which it ends. 0 stands for 5m.</summary>
    public TimeSpan TunnelIdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When a request is sent again.</summary>
    public RetryPolicyConfig? RetryPolicy { get; init; }

    /// <summary>Bounds of the cluster that requests are counted against.</summary>
    public RoutingPriority Priority { get; init; } = RoutingPriority.Default;

    /// <summary>Replaces the matched part at the start of the path.</summary>
    public string PrefixRewrite { get; init; } = "";

    /// <summary>What is replaced. Empty: no rewrite.</summary>
    public string RewriteRegex { get; init; } = "";

    /// <summary>The replacement; ${1} stands for a group.</summary>
    public string RewriteSubstitution { get; init; } = "";

    /// <summary>Host sent upstream.</summary>
    public string HostRewrite { get; init; } = "";

    /// <summary>Send the name of the chosen host.</summary>
    public bool AutoHostRewrite { get; init; }

    /// <summary>Header whose value is sent as host.</summary>
    public string AutoHostRewriteHeader { get; init; } = "";

    /// <summary>Headers set on a request before it goes upstream.</summary>
    public IReadOnlyList<HeaderOptionConfig> RequestHeadersToAdd { get; init; } = [];

    /// <summary>Names of headers taken off a request.</summary>
    public IReadOnlyList<string> RequestHeadersToRemove { get; init; } = [];

    /// <summary>Headers set on a response before it goes downstream.</summary>
    public IReadOnlyList<HeaderOptionConfig> ResponseHeadersToAdd { get; init; } = [];

    /// <summary>Names of headers taken off a response.</summary>
    public IReadOnlyList<string> ResponseHeadersToRemove { get; init; } = [];

    static RouteActionConfig IConfigRecord<RouteActionConfig>.Bind(ConfigBinder binder, RouteActionConfig value)
    {
        value = value with
        {
            ClusterName = binder.String(
                "cluster_name", value.ClusterName,
                "Cluster. Used when there are no weighted clusters."),
            ClusterVariable = binder.Code(
                "cluster_variable", value.ClusterVariable, ConfigSyntax.Variable,
                "Variable that holds the name of the cluster."),
            ClusterHeader = binder.String(
                "cluster_header", value.ClusterHeader,
                "Header whose value is the name of the cluster."),
            UpstreamProtocol = binder.String(
                "upstream_protocol", value.UpstreamProtocol,
                "Protocol towards the cluster. Empty: the cluster's, else that of the client."),
            WeightedClusters = binder.List(
                "weighted_clusters", value.WeightedClusters,
                "Clusters that share the requests by weight."),
            HashPolicy = binder.List(
                "hash_policy", value.HashPolicy,
                "What consistent hashing is computed from; the first entry counts."),
            MetadataMatch = binder.Metadata(
                "metadata_match", value.MetadataMatch,
                "Labels that choose a subset of the hosts."),
            Timeout = binder.Duration(
                "timeout", value.Timeout,
                "Time for the whole exchange. 0: the default of the proxy, 60s. Negative: for ever.",
                Field.NegativeMeansForEver),
            IdleTimeout = binder.Duration(
                "idle_timeout", value.IdleTimeout,
                "Time in which no byte of a body moves, after which the exchange ends. 0: none of its own."),
            MaxGrpcTimeout = binder.Duration(
                "max_grpc_timeout", value.MaxGrpcTimeout,
                "Longest time for a gRPC call, and that of one without grpc-timeout. 0: as long as grpc-timeout says."),
            Upgrades = binder.Strings(
                "upgrades", value.Upgrades,
                "Protocols that a client may change to by Upgrade, or by an extended CONNECT."),
            Connect = binder.Enum(
                "connect", value.Connect, ConfigNames.ConnectMode,
                "What becomes of CONNECT."),
            TunnelIdleTimeout = binder.Duration(
                "tunnel_idle_timeout", value.TunnelIdleTimeout,
                "Time in which no byte moves through a tunnel, after which it ends. 0 stands for 5m.",
                Field.ZeroMeansDefault),
            RetryPolicy = binder.Object(
                "retry_policy", value.RetryPolicy,
                "When a request is sent again."),
            Priority = binder.Enum(
                "priority", value.Priority, ConfigNames.RoutingPriority,
                "Bounds of the cluster that requests are counted against."),
            PrefixRewrite = binder.String(
                "prefix_rewrite", value.PrefixRewrite,
                "Replaces the matched part at the start of the path."),
        };
        ConfigBinder regexRewrite = binder.Open("regex_rewrite", "Rewrites the path by a regular expression.");
        ConfigBinder pattern = regexRewrite.Open("pattern", "Holder of regex.");
        pattern.Ignored("google_re2", "Patterns run without backtracking in any case.");
        value = value with
        {
            RewriteRegex = pattern.Pattern("regex", value.RewriteRegex, "What is replaced. Empty: no rewrite."),
        };
        pattern.Close();
        value = value with
        {
            RewriteSubstitution = regexRewrite.String(
                "substitution", value.RewriteSubstitution,
                "The replacement; ${1} stands for a group."),
        };
        regexRewrite.Close();
        value = value with
        {
            HostRewrite = binder.String("host_rewrite", value.HostRewrite, "Host sent upstream."),
            AutoHostRewrite = binder.Bool(
                "auto_host_rewrite", value.AutoHostRewrite,
                "Send the name of the chosen host."),
            AutoHostRewriteHeader = binder.String(
                "auto_host_rewrite_header", value.AutoHostRewriteHeader,
                "Header whose value is sent as host."),
            RequestHeadersToAdd = binder.List(
                "request_headers_to_add", value.RequestHeadersToAdd,
                "Headers set on a request before it goes upstream."),
            RequestHeadersToRemove = binder.Strings(
                "request_headers_to_remove", value.RequestHeadersToRemove,
                "Names of headers taken off a request."),
            ResponseHeadersToAdd = binder.List(
                "response_headers_to_add", value.ResponseHeadersToAdd,
                "Headers set on a response before it goes downstream."),
            ResponseHeadersToRemove = binder.Strings(
                "response_headers_to_remove", value.ResponseHeadersToRemove,
                "Names of headers taken off a response."),
        };
        return value;
    }
}
