using System.Text.Json.Nodes;

namespace Mosn.EndToEnd;

/// <summary>
/// A configuration file in the making. Listeners take port 0 of 127.0.0.1; <see cref="MosnProcess.AddressOf"/> tells which
/// they got.
/// </summary>
internal sealed class ConfigText
{
    private readonly JsonObject _server = new()
    {
        ["default_log_path"] = "stderr",
        ["listeners"] = new JsonArray(),
        ["routers"] = new JsonArray(),
    };

    private readonly JsonArray _clusters = [];
    private readonly JsonObject _top = [];

    /// <summary>A listener that speaks HTTP/1 and sends everything to one cluster.</summary>
    public static ConfigText HttpTo(params string[] hosts) =>
        new ConfigText().Http("web", """{"match":{"prefix":"/"},"route":{"cluster_name":"up"}}""").Cluster("up", hosts);

    /// <summary>A listener that speaks HTTP/1 and HTTP/2 and sends everything to one cluster.</summary>
    /// <param name="upstream">What the hosts speak.</param>
    public static ConfigText AnyHttpTo(string upstream, params string[] hosts) =>
        new ConfigText()
            .Http(
                "web",
                $$"""{"match":{"prefix":"/"},"route":{"cluster_name":"up","upstream_protocol":"{{upstream}}"} }""",
                protocol: "Http1,Http2")
            .Cluster("up", hosts);

    /// <summary>A listener that relays bytes to one cluster.</summary>
    public static ConfigText TcpTo(params string[] hosts) => new ConfigText().Tcp("tcp").Cluster("up", hosts);

    /// <summary>A key of the server, as JSON.</summary>
    public ConfigText Server(string key, string json) => Set(_server, key, json);

    /// <summary>A key of the whole file, as JSON.</summary>
    public ConfigText Top(string key, string json) => Set(_top, key, json);

    /// <param name="routes">Routes for every host, as JSON objects divided by commas; a text with
    /// <c>"virtual_hosts"</c> in it is the inside of a router configuration.</param>
    /// <param name="listener">More keys of the listener, as JSON.</param>
    /// <param name="settings"><c>extend_config</c> of the filter, as JSON.</param>
    /// <param name="protocol">What clients may speak.</param>
    public ConfigText Http(
        string name, string routes, string listener = "{}", string settings = "{}", string protocol = "Http1")
    {
        JsonObject proxy = new()
        {
            ["downstream_protocol"] = protocol,
            ["router_config_name"] = name,
            ["extend_config"] = JsonNode.Parse(settings),
        };
        string hosts = routes.Contains("\"virtual_hosts\"", StringComparison.Ordinal)
            ? routes
            : $$"""{"virtual_hosts":[{"name":"all","domains":["*"],"routers":[{{routes}}]}]}""";
        JsonObject router = JsonNode.Parse(hosts)!.AsObject();
        router["router_config_name"] = name;
        _server["routers"]!.AsArray().Add(router);
        return Listener(name, listener, new JsonObject { ["type"] = "proxy", ["config"] = proxy });
    }

    /// <param name="settings">The filter's settings, as JSON.</param>
    /// <param name="listener">More keys of the listener, as JSON.</param>
    public ConfigText Tcp(string name, string settings = """{"cluster":"up"}""", string listener = "{}") =>
        Listener(name, listener, new JsonObject { ["type"] = "tcp_proxy", ["config"] = JsonNode.Parse(settings) });

    public ConfigText Cluster(string name, params string[] hosts) => Cluster(name, "{}", hosts);

    /// <param name="settings">More keys of the cluster, as JSON.</param>
    public ConfigText Cluster(string name, string settings, string[] hosts)
    {
        JsonObject cluster = JsonNode.Parse(settings)!.AsObject();
        cluster["name"] = name;
        cluster["type"] ??= "SIMPLE";
        cluster["lb_type"] ??= "LB_ROUNDROBIN";
        cluster["hosts"] = new JsonArray([.. hosts.Select(host => new JsonObject { ["address"] = host })]);
        _clusters.Add(cluster);
        return this;
    }

    /// <summary>Has the last listener hand what is no protocol of its own to a cluster, as bytes.</summary>
    public ConfigText FallBackTo(string cluster)
    {
        JsonArray filters = _server["listeners"]!.AsArray()[^1]!["filter_chains"]![0]!["filters"]!.AsArray();
        filters[0]!["config"]!["fallback_for_unknown_protocol"] = true;
        filters.Add(new JsonObject { ["type"] = "tcp_proxy", ["config"] = new JsonObject { ["cluster"] = cluster } });
        return this;
    }

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        JsonObject top = _top.DeepClone().AsObject();
        top["servers"] = new JsonArray(_server.DeepClone());
        top["cluster_manager"] = new JsonObject { ["clusters"] = _clusters.DeepClone() };
        return top.ToJsonString();
    }

    private ConfigText Listener(string name, string more, JsonObject filter)
    {
        JsonObject listener = JsonNode.Parse(more)!.AsObject();
        listener["name"] = name;
        listener["address"] ??= "127.0.0.1:0";
        listener["bind_port"] = true;
        listener["filter_chains"] = new JsonArray(new JsonObject { ["filters"] = new JsonArray(filter) });
        _server["listeners"]!.AsArray().Add(listener);
        return this;
    }

    private ConfigText Set(JsonObject where, string key, string json)
    {
        where[key] = JsonNode.Parse(json);
        return this;
    }
}
