using System.Collections.Frozen;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// The attributes that expressions may name: Istio's Mixer vocabulary, as in MOSN's pkg/cel/extract. Those that nothing
/// here gives a value are missing in every request.
/// </summary>
internal static class AttributeTable
{
    /// <summary>The name of the object that is no attribute.</summary>
    public const string Context = "ctx";

    private static readonly FrozenDictionary<string, Node> s_nodes = Nodes().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All of them, the context included.</summary>
    public static IEnumerable<string> Names => s_nodes.Keys;

    /// <summary>Null: there is no such attribute.</summary>
    public static Node? Find(string name) => s_nodes.GetValueOrDefault(name);

    /// <summary>True if longer names begin with this one and a point.</summary>
    public static bool IsStartOfNames(string name) =>
        s_nodes.Keys.Any(key => key.Length > name.Length && key[name.Length] == '.'
            && key.StartsWith(name, StringComparison.Ordinal));

    private static Dictionary<string, Node> Nodes()
    {
        Dictionary<string, Node> nodes = new(StringComparer.Ordinal)
        {
            [Context] = new ContextNode(),
            ["connection.mtls"] = new AttributeNode<bool>(ExpressionType.Bool, Attributes.Missing),
            ["context.reporter.local"] = new AttributeNode<bool>(ExpressionType.Bool, Attributes.Missing),
            ["check.cache_hit"] = new AttributeNode<bool>(ExpressionType.Bool, Attributes.Missing),
            ["quota.cache_hit"] = new AttributeNode<bool>(ExpressionType.Bool, Attributes.Missing),
            ["origin.ip"] = new AttributeNode<UInt128>(ExpressionType.Ip, Attributes.ClientIp),
            ["source.ip"] = new AttributeNode<UInt128>(ExpressionType.Ip, Attributes.ClientIp),
            ["destination.ip"] = new AttributeNode<UInt128>(ExpressionType.Ip, Attributes.DestinationIp),
        };
        AddTexts(nodes);
        AddNumbers(nodes);
        AddMaps(nodes);
        return nodes;
    }

    private static void AddTexts(Dictionary<string, Node> nodes)
    {
        Add("request.method", Attributes.Method);
        Add("request.host", Attributes.Host);
        Add("request.path", Attributes.Path);
        Add("request.url_path", Attributes.PathAndQuery);
        Add("request.scheme", Attributes.Scheme);
        Add("request.useragent", Attributes.UserAgent);
        Add("request.referer", Attributes.Referer);
        Add("request.id", Attributes.RequestId);
        Add("response.grpc_status", Attributes.GrpcStatus);
        Add("response.grpc_message", Attributes.GrpcMessage);
        Add("api.service", Attributes.CalledService);
        Add("api.operation", Attributes.CalledMethod);
        Add("context.protocol", Attributes.Protocol);
        Add("context.reporter.kind", Attributes.ReporterKind);
        Add("destination.service.host", Attributes.ServiceHost);
        Add("destination.service.name", Attributes.ServiceName);
        Add("destination.service.namespace", Attributes.ServiceNamespace);
        string[] withoutValue =
        [
            "api.protocol", "api.version", "check.error_message", "connection.event",
            "connection.id", "connection.requested_server_name", "context.proxy_error_code", "context.proxy_version",
            "context.reporter.uid", "destination.container.name", "destination.name", "destination.namespace",
            "destination.owner", "destination.principal", "destination.service.uid", "destination.serviceAccount",
            "destination.uid", "destination.workload.name", "destination.workload.namespace", "destination.workload.uid",
            "origin.uid", "origin.user", "rbac.permissive.effective_policy_id", "rbac.permissive.response_code",
            "request.api_key", "request.auth.audiences", "request.auth.presenter", "request.auth.principal",
            "request.auth.raw_claims", "request.reason", "source.name",
            "source.namespace", "source.owner", "source.principal", "source.serviceAccount", "source.services",
            "source.uid", "source.user", "source.workload.name", "source.workload.namespace", "source.workload.uid",
        ];
        foreach (string name in withoutValue)
        {
            Add(name, Attributes.Missing);
        }

        void Add(string name, AttributeReader<ReadOnlySpan<byte>> reader) =>
            nodes.Add(name, new AttributeNode<ReadOnlySpan<byte>>(ExpressionType.String, reader));
    }

    private static void AddNumbers(Dictionary<string, Node> nodes)
    {
        Add("request.size", ExpressionType.Int, Attributes.RequestSize);
        Add("request.total_size", ExpressionType.Int, Attributes.RequestTotalSize);
        Add("response.size", ExpressionType.Int, Attributes.ResponseSize);
        Add("response.total_size", ExpressionType.Int, Attributes.ResponseTotalSize);
        Add("response.code", ExpressionType.Int, Attributes.ResponseCode);
        Add("response.duration", ExpressionType.Duration, Attributes.Duration);
        Add("request.time", ExpressionType.Timestamp, Attributes.RequestTime);
        Add("response.time", ExpressionType.Timestamp, Attributes.Now);
        Add("destination.port", ExpressionType.Int, Attributes.DestinationPort);
        Add("check.error_code", ExpressionType.Int, Attributes.Missing);
        Add("connection.duration", ExpressionType.Duration, Attributes.Missing);
        Add("connection.received.bytes", ExpressionType.Int, Attributes.Missing);
        Add("connection.received.bytes_total", ExpressionType.Int, Attributes.Missing);
        Add("connection.sent.bytes", ExpressionType.Int, Attributes.Missing);
        Add("connection.sent.bytes_total", ExpressionType.Int, Attributes.Missing);
        Add("context.time", ExpressionType.Timestamp, Attributes.Missing);
        Add("context.timestamp", ExpressionType.Timestamp, Attributes.Missing);

        void Add(string name, ExpressionType type, AttributeReader<long> reader) =>
            nodes.Add(name, new AttributeNode<long>(type, reader));
    }

    private static void AddMaps(Dictionary<string, Node> nodes)
    {
        Add("request.headers", Attributes.RequestHeaders);
        Add("request.query_params", Attributes.QueryParameters);
        Add("response.headers", Attributes.ResponseHeaders);
        foreach (string name in (string[])
            ["destination.labels", "destination.metadata", "request.auth.claims", "source.labels", "source.metadata"])
        {
            Add(name, Attributes.Missing);
        }

        void Add(string name, AttributeReader<StringMap> reader) =>
            nodes.Add(name, new AttributeNode<StringMap>(ExpressionType.StringMap, reader));
    }
}
