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

    private static string Config(string config, int percent) => ProxyWorld
        .Http(listener: $", \"stream_filters\": [{{\"type\": \"mirror\", \"config\": {config}}}]")
        .Replace(
            "\"clusters\": [",
            $"\"clusters\": [{{\"name\": \"copy\", \"hosts\": [{{\"address\": \"127.0.0.1:{CopyPort}\"}}]}}, ",
            StringComparison.Ordinal)
        .Replace(
            "\"match\": {",
            $"\"request_mirror_policies\": {{\"cluster\": \"copy\", \"percent\": {percent}}}, \"match\": {{",
            StringComparison.Ordinal);
}
