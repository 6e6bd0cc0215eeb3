using System.Net;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Transport;

namespace Mosn.Tests.Discovery;

public class OriginalDstTests
{
    private static readonly TransportAddress Meant = At("10.1.2.3", 8080);

    [Theory]
    [InlineData("redirect")]
    [InlineData("tproxy")]
    public void A_redirected_request_goes_where_its_client_meant_to_go(string mode)
    {
        using ProxyWorld world = new(Config(mode));
        Answer(world, Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress, keepsAddress: mode == "tproxy");
        Assert.StartsWith("HTTP/1.1 200", Get(world, world.Network.Connect(Meant)), StringComparison.Ordinal);
        Assert.Equal(1, world.Count(UpstreamMetric.RequestTotal));
    }

    [Theory]
    [InlineData(""", "lb_subset_config": { "subset_selectors": [["a"]], "fall_back_policy": 1 }""")]
    [InlineData(""", "lbconfig": { "zone_aware": { "enabled": true } }""")]
    public void What_narrows_hosts_down_has_nothing_to_do_with_destinations(string cluster)
    {
        using ProxyWorld world = new(Config("redirect", cluster)
            .Replace("\"clusters\": [", "\"local_zone\": \"z\", \"clusters\": [", StringComparison.Ordinal));
        Answer(world, Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        Assert.StartsWith("HTTP/1.1 200", Get(world, world.Network.Connect(Meant)), StringComparison.Ordinal);
        Assert.Equal(1, Balancer(world).HostCount);
    }

    [Fact]
    public void A_redirected_connection_is_relayed_to_where_its_client_meant_to_go()
    {
        using ProxyWorld world = new(OfCluster(
            ProxyWorld.Tcp(listener: """, "use_original_dst": "redirect" """, hosts: 0), "ORIGINAL_DST"));
        MemoryHost host = world.Network.Host(Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        MemoryPeer client = world.Network.Connect(Meant);
        client.Send("hello");
        world.Run();
        Assert.Equal("hello", Assert.Single(host.Peers).ReceivedText);
    }

    [Theory]
    [InlineData("redirect")]
    [InlineData("tproxy")]
    public void Without_a_redirection_there_is_no_destination_and_no_connection_to_ourselves(string mode)
    {
        using ProxyWorld world = new(Config(mode));
        Assert.StartsWith("HTTP/1.1 502", Get(world, world.Client()), StringComparison.Ordinal);
        Assert.Equal(0, world.Count(UpstreamMetric.ConnectionTotal));
    }

    [Fact]
    public void A_listener_that_does_not_ask_for_destinations_has_none()
    {
        using ProxyWorld world = new(Config(mode: null));
        Answer(world, Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        Assert.StartsWith("HTTP/1.1 502", Get(world, world.Network.Connect(Meant)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "10.9.9.9:8888", "10.9.9.9:8888")]
    [InlineData("", "10.9.9.9", "10.9.9.9:80")]
    [InlineData("", "[fd00::9]:8888", "[fd00::9]:8888")]
    [InlineData("", "[fd00::9]", "[fd00::9]:80")]
    [InlineData(", \"replace_local\": true", "10.9.9.9:8888", "127.0.0.1:8888")]
    [InlineData(", \"header_name\": \"X-To\"", "10.9.9.9:8888", "10.9.9.9:8888")]
    public void A_header_names_the_destination_if_that_is_configured(string more, string value, string goesTo)
    {
        using ProxyWorld world = new(OfCluster(
            ProxyWorld.Http(cluster: $$""", "original_dst_lb_config": { "use_header": true{{more}} }""", hosts: 0), "ORIGINAL_DST"));
        Assert.True(TransportAddress.TryParse(System.Text.Encoding.ASCII.GetBytes(goesTo), 0, out TransportAddress address));
        Answer(world, address);
        bool isOwn = more.Contains("X-To", StringComparison.Ordinal);
        string answer = Get(world, world.Client(), isOwn ? "a" : value, isOwn ? $"x-to: {value}\r\n" : "");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("10.9.9.9:0")]
    [InlineData("10.9.9.9:65536")]
    [InlineData("10.9.9.9:80:81")]
    [InlineData("010.9.9.9:80")]
    [InlineData("0x0a.9.9.9")]
    [InlineData("169543945")]
    [InlineData("fd00::9")]
    [InlineData("[fd00::9%eth0]:80")]
    [InlineData("unix:/run/x.sock")]
    [InlineData("10.9.9.9:+80")]
    public void A_header_that_is_no_address_leads_nowhere(string value)
    {
        using ProxyWorld world = new(OfCluster(
            ProxyWorld.Http(cluster: """, "original_dst_lb_config": { "use_header": true, "header_name": "x-to" }""", hosts: 0),
            "ORIGINAL_DST"));
        Assert.StartsWith("HTTP/1.1 502", Get(world, world.Client(), "a", $"X-To: {value}\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, world.Count(UpstreamMetric.ConnectionTotal));
    }

    [Fact]
    public void A_header_means_nothing_unless_that_is_configured()
    {
        using ProxyWorld world = new(Config("redirect", """, "original_dst_lb_config": { "header_name": "x-to" }"""));
        Answer(world, Meant);
        Answer(world, At("10.9.9.9", 80));
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        Get(world, world.Network.Connect(Meant), "10.9.9.9", "X-To: 10.9.9.9\r\n");
        Assert.Equal(["10.1.2.3:8080"], HostNames(world));
    }

    [Fact]
    public void Without_the_header_the_destination_of_the_connection_counts()
    {
        using ProxyWorld world = new(Config(
            "redirect", """, "original_dst_lb_config": { "use_header": true, "header_name": "x-to" }"""));
        Answer(world, Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        Assert.StartsWith("HTTP/1.1 200", Get(world, world.Network.Connect(Meant)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_nobody_wants_any_more_goes_with_its_statistics()
    {
        using ProxyWorld world = new(Config("redirect"));
        Answer(world, Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        MemoryPeer client = world.Network.Connect(Meant);
        Get(world, client);
        world.Advance(30_000);
        Assert.Equal(["10.1.2.3:8080"], HostNames(world));
        Assert.Equal(1, Balancer(world).HostCount);
        Get(world, client);
        client.Close();
        world.Advance(45_000);
        Assert.Equal(1, Balancer(world).HostCount);
        world.Advance(100_000);
        Assert.Empty(HostNames(world));
        Assert.Equal(0, Balancer(world).HostCount);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void More_destinations_than_are_kept_are_served_nevertheless()
    {
        const int More = 20;
        using ProxyWorld world = new(OfCluster(
            ProxyWorld.Http(cluster: """, "original_dst_lb_config": { "use_header": true }""", hosts: 0), "ORIGINAL_DST"));
        MemoryPeer client = world.Client();
        client.KeepsReceived = true;
        for (int i = 0; i < OriginalDstBalancer.HostsMax + More; i++)
        {
            string ip = $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}";
            if (i >= OriginalDstBalancer.HostsMax)
            {
                Answer(world, At(ip, 80));
                client.ClearReceived();
                Assert.StartsWith("HTTP/1.1 200", Get(world, client, ip), StringComparison.Ordinal);
            }
            else
            {
                PickContext pick = new(LoopIndex: 0) { Downstream = ConnectionTo(world, ip), NowMs = world.Network.Clock.NowMs };
                Assert.NotNull(Cluster(world).PickHost(pick));
            }
        }
        Assert.Equal(OriginalDstBalancer.HostsMax, Balancer(world).HostCount);
        Assert.Equal(0, world.Count(UpstreamMetric.ConnectionActive));
        Assert.Equal(More, world.Count(UpstreamMetric.ConnectionTotal));
    }

    [Fact]
    public void A_known_destination_costs_no_allocation()
    {
        using ProxyWorld world = new(Config("redirect", """, "original_dst_lb_config": { "use_header": true }"""));
        Answer(world, At("10.9.9.9", 80), keepsReceived: false);
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        byte[] request = "GET / HTTP/1.1\r\nHost: 10.9.9.9\r\n\r\n"u8.ToArray();
        Run(200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(700, world.Count(UpstreamMetric.RequestTotal));

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(request);
                world.Run();
            }
        }
    }

    [Fact]
    public void Other_settings_of_the_cluster_renew_connections_and_a_removal_ends_them()
    {
        using ProxyWorld world = new(Config("redirect"));
        MemoryHost host = Answer(world, Meant);
        world.Network.Redirect(Meant, ProxyWorld.ListenerAddress);
        MemoryPeer client = world.Network.Connect(Meant);
        Get(world, client);
        world.Clusters.AddOrUpdate(Cluster(world).Current.Config with { IdleTimeout = TimeSpan.FromSeconds(7) });
        world.Run();
        Assert.True(host.Peers[0].IsOver);
        Get(world, client);
        Assert.Equal(2, host.Peers.Count);
        OriginalDstBalancer balancer = Balancer(world);
        world.Clusters.Remove("upstream");
        world.Run();
        Assert.True(host.Peers[1].IsOver);
        Assert.Equal(0, balancer.HostCount);
    }

    internal static string OfCluster(string config, string type) =>
        config.Replace("\"type\": \"SIMPLE\", \"lb_type\": \"LB_ROUNDROBIN\"", $"\"type\": \"{type}\"", StringComparison.Ordinal);

    internal static TransportAddress At(string ip, int port) => TransportAddress.From(IPAddress.Parse(ip), port);

    private static string Config(string? mode, string cluster = "") => OfCluster(
        ProxyWorld.Http(
            listener: mode is null ? "" : $""", "use_original_dst": "{mode}" """, cluster: cluster, hosts: 0), "ORIGINAL_DST");

    private static MemoryHost Answer(ProxyWorld world, TransportAddress address, bool keepsReceived = true) =>
        world.Network.Host(address, peer =>
        {
            peer.KeepsReceived = keepsReceived;
            peer.OnInput = static self => self.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8);
        });

    private static string Get(ProxyWorld world, MemoryPeer client, string host = "a", string headers = "")
    {
        client.Send($"GET / HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        world.Run();
        return client.ReceivedText;
    }

    private static Cluster Cluster(ProxyWorld world) => world.Clusters.Get("upstream").Current!;

    private static OriginalDstBalancer Balancer(ProxyWorld world) =>
        Assert.IsType<OriginalDstBalancer>(Cluster(world).Current.Balancer);

    private static string[] HostNames(ProxyWorld world) =>
    [
        .. world.Metrics.Snapshot().Where(static group => group.Schema == UpstreamMetrics.Host)
            .Select(static group => group.Labels.Single(static label => label.Key == "host").Value),
    ];

    /// <summary>A client's connection that only knows where it was meant to go.</summary>
    private static Connection ConnectionTo(ProxyWorld world, string ip)
    {
        Connection connection = Connection.Accepted(world.Network.Loops[0], null!, new ConnectionOptions());
        connection.OriginalDestination = At(ip, 80);
        return connection;
    }
}
