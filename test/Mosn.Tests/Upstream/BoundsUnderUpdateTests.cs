using System.Globalization;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Upstream;

/// <summary>
/// Bounds, retries, hedging and copies, while the cluster is changed again and again and everybody leaves in the middle:
/// what was taken of a budget comes back, once, whatever the bounds are by then. SEEDS says how many worlds.
/// </summary>
public sealed class BoundsUnderUpdateTests
{
    private const int MaxConcurrentStreams = 3;

    private static readonly string[] s_requests =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n3\r\nend\r\n0\r\n\r\n",
    ];

    private static readonly string[] s_answers =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
        "nonsense\r\n\r\n",
    ];

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "60", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void All_that_was_taken_comes_back(int seed) => Run(seed, speaksHttp2: false);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void All_that_was_taken_of_hosts_of_http_2_comes_back(int seed) => Run(seed, speaksHttp2: true);

    private static void Run(int seed, bool speaksHttp2)
    {
        Random random = new(seed);
        SeededWeather weather = new(seed, breaks: true);
        using ProxyWorld world = new(Config(random, speaksHttp2), weather, loopCount: random.Next(1, 4));
        Dictionary<MemoryPeer, Http2Peer> sessions = [];
        MemoryHost[] hosts = [.. Enumerable.Range(0, 4).Select(i => world.Upstream(speaksHttp2 ? Begin : null, i))];
        ClusterConfig config = world.Clusters.Get("upstream").Current!.Current.Config;
        HashSet<Cluster> clusters = [];
        List<MemoryPeer> clients = [];
        for (int step = 0; step < 300; step++)
        {
            clusters.UnionWith(world.Clusters.Snapshot());
            switch (random.Next(12))
            {
                case 0:
                    clients.Add(world.Client());
                    break;
                case 1 when clients.Count > 0:
                    clients[random.Next(clients.Count)].Reset();
                    break;
                case 2:
                    world.Advance(random.Next(300));
                    break;
                case 3:
                    Change(world.Clusters, config, random);
                    break;
                case < 8 when Some(hosts.SelectMany(static host => host.Peers), random) is { } asked:
                    if (speaksHttp2)
                    {
                        Answer(sessions[asked], random);
                        break;
                    }
                    asked.ClearReceived();
                    asked.Send(s_answers[Math.Max(0, random.Next(-3, s_answers.Length))]);
                    break;
                default:
                    string request = s_requests[random.Next(s_requests.Length)];
                    Some(clients, random)?.Send(random.Next(5) == 0 ? request[..random.Next(request.Length)] : request);
                    break;
            }
            if (random.Next(3) != 0)
            {
                world.Run(); // Else several things happen in one turn.
            }
        }
        weather.BreakChance = 0;
        foreach (MemoryPeer peer in clients.Concat(hosts.SelectMany(static host => host.Peers)))
        {
            peer.Close();
        }
        world.Advance(400_000);
        clusters.UnionWith(world.Clusters.Snapshot());
        Assert.True(world.Count(DownstreamMetric.RequestActive) == 0, $"seed {seed}: a request hangs");
        foreach (ClusterBudgets budgets in clusters.Select(static cluster => cluster.BudgetsOf(RoutingPriority.Default)))
        {
            Assert.True(
                (budgets.Connections.Used, budgets.PendingRequests.Used, budgets.Requests.Used, budgets.Retries.Used) == (0, 0, 0, 0)
                && !budgets.Share.IsWanted,
                $"seed {seed}: connections {budgets.Connections.Used}, pending {budgets.PendingRequests.Used}, "
                + $"requests {budgets.Requests.Used}, retries {budgets.Retries.Used}, wanted {budgets.Share.IsWanted}");
        }
        IReadOnlyList<string> leaks = world.Leaks();
        Assert.True(leaks.Count == 0, $"seed {seed}: {string.Join(", ", leaks)}");

        void Begin(MemoryPeer peer)
        {
            Http2Peer session = new(peer, isServer: true);
            sessions.Add(peer, session);
            session.Start((MaxConcurrentStreams, (uint)random.Next(1, 5)));
        }
    }

    private static void Answer(Http2Peer host, Random random)
    {
        Http2PeerStream[] open = [.. host.Streams.Values.Where(static stream => stream.HasHead && stream.Reset is null)];
        if (open.Length == 0)
        {
            return;
        }
        int id = open[random.Next(open.Length)].Id; // It may be answered already: that is a violation, or late.
        switch (random.Next(12))
        {
            case 0:
                host.SendReset(id, Http2ErrorCode.RefusedStream);
                break;
            case 1:
                host.SendReset(id, Http2ErrorCode.InternalError);
                break;
            case 2:
                host.SendGoAway(random.Next(id + 1));
                break;
            case 3:
                host.SendSettings((MaxConcurrentStreams, (uint)random.Next(5)));
                break;
            case 4:
                host.SendHead(id, endStream: false, (":status", "200"));
                host.SendData(id, "half");
                break;
            case 5:
                host.SendHead(id, endStream: true, (":status", "503"));
                break;
            case 6:
                host.SendData(0, "nonsense");
                break;
            default:
                host.SendHead(id, endStream: false, (":status", "200"));
                host.SendData(id, "ok", endStream: true);
                break;
        }
    }

    private static MemoryPeer? Some(IEnumerable<MemoryPeer> peers, Random random)
    {
        MemoryPeer[] open = [.. peers.Where(static peer => !peer.IsOver)];
        return open.Length == 0 ? null : open[random.Next(open.Length)];
    }

    private static void Change(ClusterDirectory clusters, ClusterConfig config, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                clusters.Remove("upstream");
                break;
            case 1:
                clusters.AddOrUpdate(config with { Hosts = [.. config.Hosts.Where(_ => random.Next(2) == 0)] });
                break;
            case 2:
                clusters.AddOrUpdate(config with { ConnectTimeout = TimeSpan.FromSeconds(random.Next(1, 9)) });
                break;
            case 3:
                clusters.AddOrUpdate(config with { CircuitBreakers = [] });
                break;
            default:
                clusters.AddOrUpdate(config with
                {
                    CircuitBreakers =
                    [
                        new CircuitBreakerConfig
                        {
                            MaxConnections = (uint)random.Next(4),
                            MaxPendingRequests = (uint)random.Next(4),
                            MaxRequests = (uint)random.Next(6),
                            MaxRetries = (uint)random.Next(3),
                        },
                    ],
                });
                break;
        }
    }

    private static string Config(Random random, bool speaksHttp2)
    {
        string protocol = speaksHttp2 ? """, "protocol": "Http2" """ : "";
        string hedges = random.Next(2) == 0 ? "true" : "false";
        string buffer = random.Next(2) == 0 ? """{ "type": "buffer", "config": { "max_request_bytes": 100 } },""" : "";
        return ProxyWorld.Http(
            listener: $$""", "stream_filters": [{{buffer}}{ "type": "mirror", "config": {} }]""",
            cluster: $$"""
                , "circuit_breakers": [{ "max_connections": {{random.Next(1, 4)}}, "max_retries": 2 }], "pending_timeout": "1s"{{protocol}}
                """,
            route: $$"""
                , "timeout": "2s", "retry_policy": {
                  "retry_on": true, "num_retries": 3, "retry_timeout": "100ms", "hedge_on_try_timeout": {{hedges}},
                  "max_body_bytes": {{random.Next(1, 10)}}
                }
                """,
            hosts: 4).Replace(
                "\"match\": {", "\"request_mirror_policies\": { \"cluster\": \"upstream\", \"percent\": 30 }, \"match\": {",
                StringComparison.Ordinal);
    }
}
