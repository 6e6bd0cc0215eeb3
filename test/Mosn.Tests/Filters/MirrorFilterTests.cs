using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

public sealed class MirrorFilterTests
{
    private const ushort CopyPort = 9500;

    [Theory]
    [InlineData("{}", 100, 1)]
    [InlineData("{\"amplification\": 3.7}", 100, 3)]
    [InlineData("{\"amplification\": 0}", 100, 1)]
    [InlineData("{}", 0, 0)]
    public void Copies_go_to_the_other_cluster_and_the_request_to_its_own(string config, int percent, int copies)
    {
        using FilterWorld world = new(new ProxyWorld(Config(config, percent)));
        List<string> seen = [];
        MemoryHost copy = world.World.Network.Host(ProxyWorld.UpstreamAddress.WithPort(CopyPort), peer => peer.OnInput = self =>
        {
            seen.Add(self.ReceivedText);
            self.ClearReceived();
            self.Send("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 3\r\n\r\nbad");
        });
        string answer = world.Send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.StartsWith("POST /x ", world.Seen);
        Assert.Equal(copies, seen.Count);
        Assert.All(seen, text => Assert.True(
            text.StartsWith("POST /x ", StringComparison.Ordinal) && text.EndsWith("\r\n\r\nbody", StringComparison.Ordinal)));
        foreach (MemoryPeer peer in copy.Peers)
        {
            peer.Close();
        }
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_cluster_that_is_down_costs_the_request_nothing()
    {
        using FilterWorld world = new(new ProxyWorld(Config("{}", 100)));
        Assert.StartsWith("HTTP/1.1 200 ", world.Get());
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("Content-Length: 4\r\n\r\nbo", "dy", "Content-Length: 4\r\n\r\nbody")]
    [InlineData(
        "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n", "2\r\ndy\r\n0\r\nX-Sum: 4\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 4\r\n\r\n")]
    public void A_body_that_was_collected_before_is_copied_whole(string begin, string rest, string copied)
    {
        const string buffer = """{ "type": "buffer", "config": { "max_request_bytes": 10 } },""";
        using FilterWorld world = new(new ProxyWorld(Config("{}", 100, before: buffer)));
        MemoryHost copy = world.World.Network.Host(ProxyWorld.UpstreamAddress.WithPort(CopyPort));
        world.Send($"POST / HTTP/1.1\r\nHost: a\r\n{begin}");
        Assert.StartsWith("HTTP/1.1 200 ", world.Send(rest));
        MemoryPeer peer = Assert.Single(copy.Peers);
        Assert.EndsWith(copied, peer.ReceivedText);
        Assert.False(peer.IsOver);
        peer.Close();
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public void A_copy_of_a_collected_request_has_the_body(int length)
    {
        using FilterWorld world = new(new ProxyWorld(
            Config("{}", 100, before: """{"type": "buffer", "config": {}}, """))) { Answer = null };
        MemoryPeer[] copies = Copies(world, 1);
        world.Send($"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        world.Send(new string('b', length));
        Assert.EndsWith(new string('b', length), copies[0].ReceivedText);
        Answer(world, copies[0]);
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.Equal(0, world.World.Count(SelfMetric.MirrorsLostTotal));
        Assert.Empty(Leaks(world, copies));
    }

    [Fact]
    public void A_copy_that_is_answered_before_it_is_whole_is_not_lost()
    {
        using FilterWorld world = new(new ProxyWorld(Config("{}", 100))) { Answer = null };
        MemoryPeer[] copies = Copies(world, 1);
        world.Send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
        Answer(world, copies[0]);
        world.Send("dy");
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsl");
        world.World.Advance(50_000);
        world.Host.Send("o");
        world.World.Advance(50_000);
        world.Host.Send("w");
        world.World.Run();
        Assert.EndsWith("slow", world.Client.ReceivedText);
        Assert.Equal(0, world.World.Count(SelfMetric.MirrorsLostTotal));
        Assert.Empty(Leaks(world, copies));
    }

    [Theory]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", "", "")]
    [InlineData("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo", "dy", "\r\n\r\nbody")]
    [InlineData(
        "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", "0\r\nX-T: 1\r\n\r\n",
        "4\r\nbody\r\n0\r\nX-T: 1\r\n\r\n")]
    public void A_broadcast_reaches_each_host_and_the_client_hears_of_none(string begin, string rest, string body)
    {
        using FilterWorld world = new(new ProxyWorld(Config("{\"broadcast\": true}", 100, hosts: 3)));
        MemoryPeer[] copies = Copies(world, 3);
        string answer = world.Send(begin);
        answer = rest.Length > 0 ? world.Send(rest) : answer;
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Empty(world.Seen);
        Assert.All(copies, copy => Assert.True(
            copy.ReceivedText.Contains(" /x HTTP/1.1\r\n", StringComparison.Ordinal)
            && copy.ReceivedText.EndsWith(body, StringComparison.Ordinal)));
        Assert.All(copies, copy => Answer(world, copy));
        Assert.Equal(0, world.World.Count(SelfMetric.MirrorsLostTotal));
        Assert.Empty(Leaks(world, copies));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_broadcast_that_reaches_nobody_is_answered_all_the_same(int hosts)
    {
        using FilterWorld world = new(new ProxyWorld(Config("{\"broadcast\": true}", 100, hosts)));
        Assert.StartsWith(
            "HTTP/1.1 200 ", world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"));
        Assert.StartsWith("HTTP/1.1 200 ", world.Get());
        Assert.Empty(world.Seen);
        Assert.Equal(2 * hosts, world.World.Count(SelfMetric.MirrorsLostTotal));
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void Copies_that_nobody_answers_are_bounded()
    {
        using FilterWorld world = new(new ProxyWorld(Config("{}", 100)));
        MemoryHost copy = world.World.Network.Host(ProxyWorld.UpstreamAddress.WithPort(CopyPort));
        for (int i = 0; i < 1030; i++)
        {
            Assert.StartsWith("HTTP/1.1 200 ", world.Get());
        }
        Assert.Equal(1024, copy.Peers.Count(static peer => !peer.IsOver));
        Assert.Equal(6, world.World.Count(SelfMetric.MirrorsLostTotal));

        world.World.Advance(61_000); // Those that waited give up, and there is room again.
        world.Get();
        Assert.False(copy.Peers[^1].IsOver);
        foreach (MemoryPeer peer in copy.Peers)
        {
            peer.Close();
        }
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void What_has_the_same_hash_is_copied_to_the_same_host()
    {
        string hosts = string.Join(", ", Enumerable.Range(0, 4).Select(static i => $"{{\"address\": \"127.0.0.1:{CopyPort + i}\"}}"));
        using FilterWorld world = new(new ProxyWorld(Config("{}", 100)
            .Replace("\"name\": \"copy\"", "\"name\": \"copy\", \"lb_type\": \"LB_MAGLEV\"", StringComparison.Ordinal)
            .Replace($"{{\"address\": \"127.0.0.1:{CopyPort}\"}}", hosts, StringComparison.Ordinal)
            .Replace(
                "\"cluster_name\": \"upstream\"",
                "\"cluster_name\": \"upstream\", \"hash_policy\": [{\"header\": {\"key\": \"x-user\"}}]",
                StringComparison.Ordinal)));
        HashSet<(string User, int Host)> copies = [];
        for (int i = 0; i < 4; i++)
        {
            int host = i;
            world.World.Network.Host(ProxyWorld.UpstreamAddress.WithPort((ushort)(CopyPort + i)), peer => peer.OnInput = self =>
            {
                copies.Add((self.ReceivedText[self.ReceivedText.IndexOf("user-", StringComparison.Ordinal)..][..7], host));
                self.ClearReceived();
                self.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
        }
        for (int i = 0; i < 80; i++)
        {
            Assert.StartsWith("HTTP/1.1 200 ", world.Get($"X-User: user-{10 + (i % 20)}\r\n"));
        }
        Assert.Equal(20, copies.Count);
        Assert.Equal(4, copies.DistinctBy(static copy => copy.Host).Count());
    }

    [Fact]
    public void Requests_that_the_policy_does_not_draw_go_their_way()
    {
        using FilterWorld world = new(new ProxyWorld(Config("{\"broadcast\": true}", 0)));
        Assert.EndsWith("ok", world.Get());
    }

    [Fact]
    public void A_broadcast_goes_at_the_pace_of_the_slowest_host_until_that_has_been_silent_too_long()
    {
        const int Length = 3_000_000;
        using FilterWorld world = new(new ProxyWorld(Config("{\"broadcast\": true}", 100, hosts: 2)));
        MemoryPeer[] copies = Copies(world, 2, slow: 1);
        world.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Length}\r\n\r\n");
        string answer = world.Send(new string('b', Length));
        Assert.Empty(answer);
        Assert.InRange(copies[0].ReceivedTotal, 1, Length / 2);
        world.World.Advance(10_000);
        copies[1].ReadSome(Length / 10);
        world.World.Advance(10_000);
        Assert.Equal(0, world.World.Count(SelfMetric.MirrorsLostTotal));
        world.World.Advance(10_000);
        Assert.Equal(1, world.World.Count(SelfMetric.MirrorsLostTotal));
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.InRange(copies[0].ReceivedTotal, Length, Length + 500);
        Answer(world, copies[0]);
        Assert.Empty(Leaks(world, copies));
    }

    [Fact]
    public void A_client_that_leaves_in_the_middle_of_a_broadcast_leaves_nothing_behind()
    {
        using FilterWorld world = new(new ProxyWorld(Config("{\"broadcast\": true}", 100, hosts: 2)));
        MemoryPeer[] copies = Copies(world, 2);
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
        world.Client.Reset();
        world.World.Run();
        Assert.All(copies, static copy => Assert.True(copy.IsOver));
        Assert.Empty(Leaks(world, copies));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"broadcast\": true}")]
    public void Copies_cost_no_allocation(string config)
    {
        using ProxyWorld world = new(Config(config, 100, hosts: 2)
            .Replace("\"hosts\":", "\"max_request_per_conn\": 1000000, \"hosts\":", StringComparison.Ordinal));
        byte[] response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
        foreach (ushort port in (ushort[])[ProxyWorld.UpstreamPort, CopyPort, CopyPort + 1])
        {
            world.Network.Host(ProxyWorld.UpstreamAddress.WithPort(port), peer => peer.OnInput = self =>
            {
                if (self.Received.EndsWith("body"u8))
                {
                    self.ClearReceived();
                    self.Send(response);
                }
            });
        }
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        byte[] request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"u8.ToArray();
        Run(200);
        long total = client.ReceivedTotal;
        long allocated = Allocations.Of(() => Run(500));
        Assert.InRange(client.ReceivedTotal - total, 500 * response.Length, long.MaxValue);
        Assert.Equal(0, world.Count(SelfMetric.MirrorsLostTotal));
        Assert.Equal(0, allocated);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(request);
                world.Run();
            }
        }
    }

    /// <summary>Opens the hosts that get copies; their peers are there once the first copy has come.</summary>
    /// <param name="slow">A host that reads nothing.</param>
    private static MemoryPeer[] Copies(FilterWorld world, int count, int slow = -1)
    {
        MemoryPeer[] peers = new MemoryPeer[count];
        for (int i = 0; i < count; i++)
        {
            int index = i;
            world.World.Network.Host(ProxyWorld.UpstreamAddress.WithPort((ushort)(CopyPort + i)), peer =>
            {
                peers[index] = peer;
                if (index == slow)
                {
                    peer.PauseReading();
                }
            });
        }
        return peers;
    }

    private static void Answer(FilterWorld world, MemoryPeer copy)
    {
        copy.Send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad");
        world.World.Run();
    }

    private static IReadOnlyList<string> Leaks(FilterWorld world, MemoryPeer[] copies)
    {
        foreach (MemoryPeer copy in copies)
        {
            copy.Close();
        }
        return world.Leaks();
    }

    private static string Config(string config, int percent, int hosts = 1, string before = "") => ProxyWorld
        .Http(listener: $", \"stream_filters\": [{before}{{\"type\": \"mirror\", \"config\": {config}}}]")
        .Replace(
            "\"clusters\": [",
            $"\"clusters\": [{{\"name\": \"copy\", \"hosts\": [{Hosts(hosts)}]}}, ",
            StringComparison.Ordinal)
        .Replace(
            "\"match\": {",
            $"\"request_mirror_policies\": {{\"cluster\": \"copy\", \"percent\": {percent}}}, \"match\": {{",
            StringComparison.Ordinal);

    private static string Hosts(int count) => string.Join(
        ", ", Enumerable.Range(CopyPort, count).Select(static port => $"{{\"address\": \"127.0.0.1:{port}\"}}"));
}
