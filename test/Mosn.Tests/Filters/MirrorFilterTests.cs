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
        using FilterWorld world = new(new ProxyWorld(Config("{}", 100, buffer)));
        MemoryHost copy = world.World.Network.Host(ProxyWorld.UpstreamAddress.WithPort(CopyPort));
        world.Send($"POST / HTTP/1.1\r\nHost: a\r\n{begin}");
        Assert.StartsWith("HTTP/1.1 200 ", world.Send(rest));
        MemoryPeer peer = Assert.Single(copy.Peers);
        Assert.EndsWith(copied, peer.ReceivedText);
        Assert.False(peer.IsOver);
        peer.Close();
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

    private static string Config(string config, int percent, string before = "") => ProxyWorld
        .Http(listener: $", \"stream_filters\": [{before}{{\"type\": \"mirror\", \"config\": {config}}}]")
        .Replace(
            "\"clusters\": [",
            $"\"clusters\": [{{\"name\": \"copy\", \"hosts\": [{{\"address\": \"127.0.0.1:{CopyPort}\"}}]}}, ",
            StringComparison.Ordinal)
        .Replace(
            "\"match\": {",
            $"\"request_mirror_policies\": {{\"cluster\": \"copy\", \"percent\": {percent}}}, \"match\": {{",
            StringComparison.Ordinal);
}
