namespace Mosn.Xds;

/// <summary>What flags and environment say about this node of the mesh. Empty strings mean: not given.</summary>
public sealed record XdsNodeParameters
{
    public string ServiceCluster { get; init; } = "";

    /// <summary>The whole id; wins over one that is put together from the pod.</summary>
    public string ServiceNode { get; init; } = "";

    /// <summary><c>sidecar</c> or <c>router</c>; everything else leaves the id to the configuration.</summary>
    public string ServiceType { get; init; } = "";

    /// <summary>Each <c>Field:value</c>, e.g. <c>IstioVersion:1.10.6</c>.</summary>
    public IReadOnlyList<string> ServiceMeta { get; init; } = [];

    /// <summary>Each <c>key:value</c>.</summary>
    public IReadOnlyList<string> ServiceLabels { get; init; } = [];

    public string ClusterDomain { get; init; } = "";
    public string PodIp { get; init; } = "";
    public string PodName { get; init; } = "";
    public string PodNamespace { get; init; } = "";
}
