using Mosn.Testing;
using Mosn.Transport;

namespace Mosn.Tests.Balancing;

// From the route to the host, through the whole proxy.
public class RequestBalancingTests
{
    private const int HostCount = 4;

    [Fact]
    public void A_route_chooses_the_hosts_with_its_labels()
    {
        string config = Config(
                "LB_ROUNDROBIN",
                cluster: """, "lb_subset_config": { "subset_selectors": [["version"]] }""",
                route: """, "metadata_match": { "filter_metadata": { "mosn.lb": { "version": "2" } } }""")
            .Replace(Address(1), Labelled(1), StringComparison.Ordinal)
            .Replace(Address(3), Labelled(3), StringComparison.Ordinal);
        using ProxyWorld world = Open(config);
        Assert.Equal("1 3", Answers(world, "", "", "", "", "", ""));

        static string Labelled(int host) => Address(host)
            + """, "metadata": { "filter_metadata": { "mosn.lb": { "version": "2" } } }""";
    }

    [Theory]
    [InlineData("LB_MAGLEV")]
    [InlineData("LB_RING_HASH")]
    public void What_has_the_same_header_goes_to_the_same_host(string type)
    {
        using ProxyWorld world = Open(Config(type, route: """, "hash_policy": [{ "header": { "key": "x-user" } }]"""));
        string users = "";
        for (int user = 0; user < 40; user++)
        {
            string header = $"X-User: {user}\r\n";
            string host = Answers(world, header, header, header, header);
            Assert.Single(host);
            users += host;
        }
        Assert.Equal(HostCount, users.Distinct().Count());
    }

    [Theory]
    [InlineData("LB_MAGLEV")]
    [InlineData("LB_RING_HASH")]
    public void A_client_whose_bytes_are_relayed_always_gets_the_same_host(string type)
    {
        using ProxyWorld world = new(
            ProxyWorld.Tcp(hosts: HostCount).Replace("LB_ROUNDROBIN", type, StringComparison.Ordinal));
        MemoryHost[] hosts = [.. Enumerable.Range(0, HostCount).Select(i => world.Upstream(index: i))];
        HashSet<int> chosen = [];
        for (byte client = 1; client <= 40; client++)
        {
            HashSet<int> ofClient = [];
            for (int i = 0; i < 4; i++)
            {
                int[] before = [.. hosts.Select(static host => host.Peers.Count)];
                MemoryPeer peer = world.Network.Connect(
                    ProxyWorld.ListenerAddress, TransportAddress.FromBytes([10, 0, 0, client], (ushort)(1000 + i)));
                world.Run();
                ofClient.Add(Enumerable.Range(0, HostCount).Single(host => hosts[host].Peers.Count > before[host]));
                peer.Close();
            }
            chosen.Add(Assert.Single(ofClient));
        }
        Assert.Equal(HostCount, chosen.Count);
    }

    private static string Config(string type, string cluster = "", string route = "") =>
        ProxyWorld.Http(cluster: cluster, route: route, hosts: HostCount)
            .Replace("LB_ROUNDROBIN", type, StringComparison.Ordinal);

    private static string Address(int host) => $"\"address\": \"127.0.0.1:{ProxyWorld.UpstreamPort + host}\"";

    /// <summary>Each host answers with its number.</summary>
    private static ProxyWorld Open(string config)
    {
        ProxyWorld world = new(config);
        for (int i = 0; i < HostCount; i++)
        {
            string answer = $"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{i}";
            world.Upstream(peer => peer.OnInput = host => host.Send(answer), i);
        }
        return world;
    }

    /// <summary>Which hosts answered requests with these headers, in order of their numbers.</summary>
    private static string Answers(ProxyWorld world, params ReadOnlySpan<string> headers)
    {
        SortedSet<char> hosts = [];
        MemoryPeer client = world.Client();
        foreach (string header in headers)
        {
            client.ClearReceived();
            client.Send($"GET / HTTP/1.1\r\nHost: a\r\n{header}\r\n");
            world.Run();
            Assert.StartsWith("HTTP/1.1 200", client.ReceivedText);
            hosts.Add(client.ReceivedText[^1]);
        }
        client.Close();
        return string.Join(' ', hosts);
    }
}
