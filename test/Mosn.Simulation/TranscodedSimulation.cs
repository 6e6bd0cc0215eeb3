using System.Text.Json.Nodes;
using Mosn.Proxy.Observability;

namespace Mosn.Simulation;

/// <summary>
/// A world of HTTP/1 in whose middle is Bolt: what one listener makes a call of, another makes a request again. Clients and
/// hosts see nothing of it, but for what a call has no place for.
/// </summary>
internal sealed class TranscodedSimulation : HttpSimulation
{
    private const int InnerPort = 2046;

    public TranscodedSimulation(int seed)
        : this(new Random(seed))
    {
    }

    private TranscodedSimulation(Random random)
        : base(random, EngineSettings.None, protocols: new SimulatedProtocols(ThroughBolt: true))
    {
    }

    /// <summary>Makes a configuration of one listener one of two, the second behind the first.</summary>
    public static string Extend(string config)
    {
        JsonObject root = JsonNode.Parse(config)!.AsObject();
        JsonObject server = root["servers"]![0]!.AsObject();
        JsonArray clusters = root["cluster_manager"]!["clusters"]!.AsArray();
        JsonObject outer = server["listeners"]![0]!.AsObject();
        JsonObject inner = outer.DeepClone().AsObject();
        JsonObject router = server["routers"]![0]!.AsObject();
        JsonObject innerRouter = router.DeepClone().AsObject();

        router["virtual_hosts"]![0]!["routers"]![0]!["route"]!["cluster_name"] = "inner";
        outer["stream_filters"] = Transcoder("Http1_bolt");
        innerRouter["router_config_name"] = "inner";
        inner["name"] = "inner";
        inner["address"] = $"127.0.0.1:{InnerPort}";
        inner["stream_filters"] = Transcoder("bolt_Http1");
        JsonObject proxy = inner["filter_chains"]![0]!["filters"]![0]!["config"]!.AsObject();
        proxy["downstream_protocol"] = "bolt";
        proxy["router_config_name"] = "inner";
        proxy["extend_config"] = JsonNode.Parse("""{ "bolt": { "frame_timeout": "1800s" } }"""); // Slow weather is no fault.
        server["listeners"]!.AsArray().Add(inner);
        server["routers"]!.AsArray().Add(innerRouter);
        clusters.Add(JsonNode.Parse($$"""
            { "name": "inner", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN", "keepalive": { "interval": "1800s", "timeout": "1800s" },
              "hosts": [{ "address": "127.0.0.1:{{InnerPort}}" }] }
            """));
        return root.ToJsonString();
    }

    protected override void CheckEnd()
    {
        MetricGroup inner = Proxy.Metrics.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "inner"));
        Xunit.Assert.Equal(
            (0, 0), (inner.Read(UpstreamMetric.ConnectionActive), inner.Read(UpstreamMetric.RequestActive)));
    }

    private static JsonArray Transcoder(string type) =>
        [new JsonObject { ["type"] = "transcoder", ["config"] = new JsonObject { ["type"] = type } }];
}
