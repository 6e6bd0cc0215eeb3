using System.Globalization;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>
/// HTTP/2 on both sides under a seed: windows of any size that are given back whenever it pleases, windows made smaller on the
/// way, padding, resets at any moment from either end, settings that come late, and whatever the network does. Every stream
/// that nobody resets brings its bytes whole in both directions, and nothing is left. SEEDS says how many worlds.
/// </summary>
public sealed class Http2ChaosTests
{
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "25", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Streams_bring_their_bytes_whole_whatever_happens_to_the_others(int seed)
    {
        Random random = new(seed);
        SeededWeather weather = new(seed);
        int window = random.Next(3) switch { 0 => 1000, 1 => 20_000, _ => 0 };
        using ProxyWorld world = new(
            Http2World.Config($"\"initial_stream_window_size\": {window}", upstream: "Http2"), weather);
        int bodyMax = weather.DelayMaxMs > 0 ? 8000 : 150_000;
        List<Http2ChaosPeer> hosts = [];
        MemoryHost upstream = world.Upstream(
            peer => hosts.Add(new Http2ChaosPeer(new Http2Peer(peer, isServer: true), isServer: true, random, bodyMax)));
        List<Http2ChaosPeer> clients = [.. Enumerable.Range(0, random.Next(1, 4)).Select(
            _ => new Http2ChaosPeer(new Http2Peer(world.Client()), isServer: false, random, bodyMax))];
        for (int step = 0; step < 400; step++)
        {
            foreach (Http2ChaosPeer peer in clients)
            {
                if (step < 300 && random.Next(20) == 0)
                {
                    peer.Request();
                }
                peer.Step();
            }
            foreach (Http2ChaosPeer peer in hosts)
            {
                peer.Step();
            }
            if (random.Next(3) == 0)
            {
                world.Advance(random.Next(50));
            }
            else
            {
                world.Run();
            }
        }
        for (int round = 0; round < 30_000 && clients.Exists(static peer => !peer.IsDone); round++)
        {
            clients.ForEach(static peer => peer.Calm());
            hosts.ForEach(static peer => peer.Calm());
            world.Advance(20);
        }
        Assert.All(clients, peer => Assert.True(peer.IsDone, $"seed {seed}: {peer}"));
        Assert.All(clients.Concat(hosts), peer => Assert.True(
            peer.Peer.GoAway is null or { Code: Http2ErrorCode.NoError }, $"seed {seed}: {peer.Peer.GoAway}"));
        world.Advance(10_000);
        Assert.True(world.Count(DownstreamMetric.RequestActive) == 0, $"seed {seed}: a request nobody waits for goes on");
        clients.ForEach(static peer => peer.Peer.Peer.Close());
        world.Advance(1000);
        foreach (MemoryPeer peer in upstream.Peers)
        {
            peer.Close();
        }
        world.Advance(100_000);
        Assert.True(world.Leaks().Count == 0, $"seed {seed}: {string.Join(", ", world.Leaks())}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_breaks_nothing_is_left(int seed)
    {
        Random random = new(seed);
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", hosts: 2), new SeededWeather(seed, breaks: true));
        List<Http2ChaosPeer> hosts = [];
        List<Http2ChaosPeer> clients = [];
        for (int i = 0; i < 2; i++)
        {
            world.Upstream(
                peer => hosts.Add(new Http2ChaosPeer(new Http2Peer(peer, isServer: true), isServer: true, random, 20_000)), i);
        }
        bool drains = random.Next(4) == 0;
        for (int step = 0; step < 300; step++)
        {
            if (clients.Count < 3 && random.Next(10) == 0)
            {
                clients.Add(new Http2ChaosPeer(new Http2Peer(world.Client()), isServer: false, random, 20_000));
            }
            foreach (Http2ChaosPeer peer in clients)
            {
                peer.Request();
                peer.Step();
                peer.BreakSometimes();
            }
            foreach (Http2ChaosPeer peer in hosts)
            {
                peer.Step();
                peer.BreakSometimes();
            }
            clients.RemoveAll(static peer => peer.IsGone);
            hosts.RemoveAll(static peer => peer.IsGone);
            world.Advance(random.Next(3) * random.Next(40));
        }
        if (drains)
        {
            world.Wait(world.Listeners[0].BeginDrainAsync().AsTask());
        }
        world.Advance(random.Next(3000));
        clients.ForEach(static peer => peer.Peer.Peer.Reset());
        world.Advance(5000);
        hosts.ForEach(static peer => peer.Peer.Peer.Reset());
        world.Advance(200_000);
        Assert.True(world.Leaks().Count == 0, $"seed {seed}: {string.Join(", ", world.Leaks())}");
    }
}
