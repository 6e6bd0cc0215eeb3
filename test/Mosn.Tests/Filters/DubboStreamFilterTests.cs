using System.Buffers.Binary;
using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>Services are virtual hosts, and methods have counters.</summary>
public sealed class DubboStreamFilterTests
{
    private const string Value = "9102686900"; // A value, "hi", and something behind it.

    [Theory]
    [InlineData("com.example.Echo", 0)]
    [InlineData("com.example.Clock", 1)]
    [InlineData("org.other.Any$Inner", 2)]
    [InlineData("no/host at all", 2)]
    public void A_service_is_a_virtual_host(string service, int host)
    {
        using Scene scene = new();
        scene.Call(service, "m");
        Assert.Equal(host, scene.Asked());
    }

    [Fact]
    public void Without_the_filter_all_calls_are_of_the_default_virtual_host_whatever_their_attachments_say()
    {
        using Scene scene = new(filters: "");
        scene.Call("com.example.Echo", "m", attachments: "H\u0004host\u0011com.example.ClockZ");
        Assert.Equal(2, scene.Asked());
    }

    [Fact]
    public void What_goes_on_is_the_call_as_it_came()
    {
        using Scene scene = new();
        byte[] call = scene.Call("com.example.Echo", "m", attachments: "H\u0003tag\u0001aZ");
        Assert.Equal(call, scene.Hosts[0].Peers[0].Received.ToArray());
    }

    [Fact]
    public void A_call_that_needs_no_attachment_is_not_read_to_its_end()
    {
        bool? wereRead = null;
        using Scene scene = new(end: context => wereRead = context.Stream.Request.AreFieldsRead);
        scene.Call("com.example.Echo", "m", attachments: "H\u0003tag\u0001aZ");
        scene.Answer("14", Value);
        Assert.False(wereRead);
        scene.Call("org.other.Any", "m", attachments: "H\u0003tag\u0001aZ"); // Whose route asks for one.
        scene.Answer("14", Value);
        Assert.True(wereRead);
    }

    [Fact]
    public void A_method_has_its_calls_its_successes_its_failures_and_its_exceptions()
    {
        using Scene scene = new();
        foreach ((string status, string payload) in ((string, string)[])
            [("14", Value), ("50", "026E6F"), ("14", "904E"), ("14", "934E4E"), ("14", "94024869485A"), ("14", "")])
        {
            scene.Call("com.example.Echo", "hi");
            scene.Answer(status, payload);
        }
        MetricGroup counted = scene.Counters("com.example.Echo", "hi");
        Assert.Equal(
            (6L, 5L, 1L, 2L),
            (counted.Read(DubboMetrics.RequestTotal), counted.Read(DubboMetrics.ResponseSucceeded),
                counted.Read(DubboMetrics.ResponseFailed), counted.Read(DubboMetrics.ResponseException)));
        Assert.Equal(6, counted.ReadHistogram(DubboMetrics.DurationTime).Count);
    }

    [Fact]
    public void Methods_that_nobody_has_and_those_above_the_bound_share_their_counters()
    {
        using Scene scene = new(filters: """{ "type": "dubbo_stream", "config": { "max_methods": 2 } }""");
        foreach ((string method, string status) in ((string, string)[])
            [("none", "46"), ("nor", "28"), ("a", "64"), ("b", "14"), ("c", "14"), ("no\nlabel", "14"), (new string('x', 300), "14"),
                ("a", "14")])
        {
            scene.Call("com.example.Echo", method);
            scene.Answer(status, Value);
        }
        Assert.Equal(2, scene.Counters("com.example.Echo", "a").Read(DubboMetrics.RequestTotal));
        Assert.Equal(1, scene.Counters("com.example.Echo", "b").Read(DubboMetrics.RequestTotal));
        Assert.Equal(1, scene.Counters("com.example.Echo", "a").Read(DubboMetrics.ResponseFailed));
        Assert.Equal(5, scene.Counters("other", "other").Read(DubboMetrics.RequestTotal));
        Assert.Equal(2, scene.Counters("other", "other").Read(DubboMetrics.ResponseFailed));
    }

    [Fact]
    public void A_call_that_no_host_got_and_one_that_wants_no_answer_are_counted()
    {
        using Scene scene = new();
        scene.Call("com.example.Down", "m");
        Assert.Equal(1, scene.Counters("other", "other").Read(DubboMetrics.ResponseFailed));
        scene.Call("com.example.Echo", "m", flags: 0x82);
        Assert.Equal(1, scene.Counters("other", "other").Read(DubboMetrics.ResponseSucceeded)); // Nobody says that there is an m.
        scene.Hosts[0].Peers[0].ClearReceived();
        scene.Call("com.example.Echo", "m");
        scene.Answer("14", Value);
        scene.Call("com.example.Echo", "m", flags: 0x82);
        Assert.Equal(2, scene.Counters("com.example.Echo", "m").Read(DubboMetrics.ResponseSucceeded));
    }

    [Fact]
    public void Other_protocols_pass()
    {
        using Scene scene = new(protocol: "bolt");
        scene.Client.Send(RealFrames.BoltRequest);
        scene.World.Run();
        Assert.Equal(2, scene.Asked());
        Assert.Equal(0, scene.Counters("other", "other").Read(DubboMetrics.RequestTotal));
    }

    [Fact]
    public void Calls_are_routed_and_counted_without_allocating()
    {
        using Scene scene = new();
        scene.Client.KeepsReceived = false;
        byte[] call = Scene.CallOf("com.example.Echo", "hi", 0xC2, "H\u0003tag\u0001aZ");
        ulong id = 1;
        byte[] answer = Scene.AnswerOf("14", Value);
        void Many()
        {
            for (int i = 0; i < 300; i++)
            {
                scene.Client.Send(call);
                scene.World.Run();
                MemoryPeer host = scene.Hosts[0].Peers[^1];
                host.ClearReceived();
                BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(4), id++);
                host.Send(answer);
                scene.World.Run();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Equal(0, scene.World.Count(DownstreamMetric.RequestActive));
    }

    [Fact]
    public void Counters_may_say_which_part_of_a_service_this_is()
    {
        MetricRegistry metrics = new(1, StatsMatcher.None);
        MetricGroup group = new DubboMethods(metrics, "in", "blue", 1).Of("a.B\0c");
        Assert.Equal(
            [("listener", "in"), ("method", "c"), ("service", "a.B"), ("subset", "blue")],
            group.Labels.Select(static label => (label.Key, label.Value)));
    }

    [Fact]
    public void Labels_of_the_pod_are_lines_of_keys_and_values_in_quotes()
    {
        IReadOnlyDictionary<string, string> labels = PodLabels.Parse("app=\"shop\"\nversion=\"blue\"\r\n\nnone\n=\"x\"\n");
        Assert.Equal([("app", "shop"), ("version", "blue")], labels.Select(static label => (label.Key, label.Value)));
        Assert.Empty(PodLabels.Read("/no/such/file"));
    }

    /// <summary>Three services: two with virtual hosts of their own, and all others. Each has a host.</summary>
    private sealed class Scene : IDisposable
    {
        public Scene(
            string filters = """{ "type": "dubbo_stream" }""", string protocol = "dubbo", Action<FilterContext>? end = null)
        {
            Extensions extensions = Extensions.BuiltIn();
            if (end is not null)
            {
                extensions.StreamFilters.Add("seata", (_, _) => new EndFilter(end));
                filters += ", { \"type\": \"seata\" }";
            }
            World = new ProxyWorld(Config(protocol, filters), extensions: extensions);
            Hosts = [.. Enumerable.Range(0, 3).Select(i => World.Upstream(index: i))];
            Client = World.Client();
        }

        public ProxyWorld World { get; }

        public MemoryHost[] Hosts { get; }

        public MemoryPeer Client { get; }

        public static byte[] CallOf(string service, string method, byte flags, string attachments)
        {
            byte[] payload =
                [.. Text("2.0.2"), .. Text(service), .. Text("1.0"), .. Text(method), 0, .. Encoding.Latin1.GetBytes(attachments)];
            return Frame(flags, 0, payload);
        }

        public static byte[] AnswerOf(string status, string payload) =>
            Frame(2, Convert.FromHexString(status)[0], Convert.FromHexString(payload));

        public byte[] Call(string service, string method, byte flags = 0xC2, string attachments = "N")
        {
            byte[] call = CallOf(service, method, flags, attachments);
            Client.ClearReceived();
            Client.Send(call);
            World.Run();
            return call;
        }

        /// <summary>The number of the host that has a call; there is one.</summary>
        public int Asked() => Enumerable.Range(0, 3).Single(
            i => Hosts[i].Peers.Any(static peer => peer.Received.Length > 0));

        public void Answer(string status, string payload)
        {
            MemoryPeer host = Hosts[Asked()].Peers.Single(static peer => peer.Received.Length > 0);
            byte[] answer = AnswerOf(status, payload);
            host.Received[4..12].CopyTo(answer.AsSpan(4));
            host.ClearReceived();
            host.Send(answer);
            World.Run();
        }

        public MetricGroup Counters(string service, string method) => World.Metrics.GetOrAdd(
            DubboMetrics.Schema, ("listener", "in"), ("service", service), ("method", method));

        public void Dispose() => World.Dispose();

        private static byte[] Text(string text)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            return bytes.Length < 32
                ? [(byte)bytes.Length, .. bytes]
                : [(byte)'S', (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
        }

        private static byte[] Frame(byte flags, byte status, byte[] payload)
        {
            byte[] frame = [0xDA, 0xBB, flags, status, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. payload];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), payload.Length);
            return frame;
        }

        private static string Config(string protocol, string filters) => $$"""
            {
              "servers": [{
                "routers": [{ "router_config_name": "router", "virtual_hosts": [
                  { "name": "echo", "domains": ["com.example.Echo"], "routers": [{{Route("a")}}] },
                  { "name": "clock", "domains": ["com.example.Clock"], "routers": [{{Route("b")}}] },
                  { "name": "down", "domains": ["com.example.Down"], "routers": [{{Route("none")}}] },
                  { "name": "others", "domains": ["*"], "routers": [
                    { "match": { "headers": [{ "name": "tag", "value": "z" }] }, "route": { "cluster_name": "a" } }, {{Route("c")}}
                  ] }
                ] }],
                "listeners": [{
                  "name": "in", "address": "127.0.0.1:{{ProxyWorld.ListenerPort}}", "bind_port": true,
                  "filter_chains": [{ "filters": [{ "type": "proxy", "config": {
                    "downstream_protocol": "{{protocol}}", "router_config_name": "router" } }] }],
                  "stream_filters": [{{filters}}]
                }]
              }],
              "cluster_manager": { "clusters": [
                {{Cluster("a", 0)}}, {{Cluster("b", 1)}}, {{Cluster("c", 2)}}, {{Cluster("none", 9)}} ] }
            }
            """;

        private static string Route(string cluster) =>
            $$"""{ "match": { "prefix": "/" }, "route": { "cluster_name": "{{cluster}}" } }""";

        private static string Cluster(string name, int index) => $$"""
            {
              "name": "{{name}}", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN", "max_request_per_conn": 100000,
              "hosts": [{ "address": "127.0.0.1:{{ProxyWorld.UpstreamPort + index}}" }]
            }
            """;
    }

    private sealed class EndFilter(Action<FilterContext> end) : IStreamFilterFactory, IStreamEndFilter
    {
        public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add((IStreamEndFilter)this);

        public void OnEnd(FilterContext context) => end(context);
    }
}
