using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>
/// One world of Bolt: clients with many calls under way, small and large, the proxy with one of its three kinds of pools, and
/// hosts that answer in any order, stall, say goodbye and die. Each call has one outcome, nobody sees bytes of others, nothing
/// arrives twice, and what is bound stays together and in order.
/// </summary>
internal sealed class RpcSimulation : IDisposable
{
    private const long TimeMaxMs = 24 * 60 * 60 * 1000;

    private readonly Dictionary<int, RpcPlan> _plans = [];
    private readonly List<SimulatedRpcClient> _clients = [];
    private readonly List<MemoryHost> _hosts = [];
    private readonly SeededWeather _weather;
    private readonly string _mode;
    private readonly bool _faulty;
    private readonly bool _leaving;
    private int _connections;

    public RpcSimulation(int seed)
    {
        Random random = new(seed);
        _faulty = random.Next(2) == 0;
        _leaving = random.Next(3) == 0;
        _mode = random.Next(3) switch { 0 => "multiplex", 1 => "ping-pong", _ => "tcp" };
        _weather = new SeededWeather(random.Next(), breaks: random.Next(3) == 0);
        bool hasLarge = random.Next(3) == 0;
        int hosts = random.Next(1, 4);
        int clients = random.Next(1, 6);
        // Of bound clients each must get its connection, or those that wait are refused though nothing fails.
        string breakers = random.Next(2) == 0
            ? $$"""
                , "circuit_breakers": [{ "max_connections": {{(IsBound ? clients : random.Next(1, 5))}} }],
                "pending_timeout": "3600s"
                """
            : "";
        string config = ProxyWorld
            .Http(
                cluster: $$"""
                    , "rpc": { "pool_mode": "{{_mode}}" }, "keepalive": { "interval": "1800s" },
                    "connect_timeout": "600s"{{breakers}}
                    """,
                proxy: """, "extend_config": { "bolt": { "frame_timeout": "1800s", "enable_bolt_goaway": true } } """,
                hosts: hosts)
            .Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                "\"downstream_protocol\": \"bolt\"",
                StringComparison.Ordinal);
        Proxy = new ProxyWorld(config, _weather, loopCount: random.Next(1, 3));
        Proxy.Network.SetOutcome(ProxyWorld.ListenerAddress, ConnectOutcome.Accepted);
        for (int i = 0; i < hosts; i++)
        {
            _hosts.Add(Proxy.Upstream(peer => _ = new SimulatedRpcHost(this, peer), i));
        }
        for (int i = 0; i < clients; i++)
        {
            List<RpcPlan> plans = [];
            for (int left = random.Next(1, 12); left > 0; left--)
            {
                RpcPlan plan = new(_plans.Count + 1, random, hasLarge, _faulty);
                _plans.Add(plan.Id, plan);
                plans.Add(plan);
            }
            int leavesAfter = _leaving && random.Next(2) == 0 ? random.Next(3_000) : -1;
            _clients.Add(new SimulatedRpcClient(this, random, plans, random.Next(1, 6), leavesAfter));
        }
    }

    public ProxyWorld Proxy { get; }

    public bool IsBound => _mode == "tcp";

    /// <summary>Nothing in this world fails, so everything must succeed.</summary>
    private bool IsFine => !_faulty && !_leaving && _weather.BreakChance == 0;

    public RpcPlan PlanOf(ReadOnlySpan<byte> frame) => _plans[RpcPlan.IdOf(frame)];

    /// <summary>A number for one more connection of a client.</summary>
    public int NextConnection() => _connections++;

    public void Run()
    {
        bool isDone = Proxy.Network.AdvanceUntil(
            () => _clients.TrueForAll(static client => client.IsDone)
                && (!IsFine || _plans.Values.All(static plan => plan.ArrivedCount > 0)), // Also those that want no answer.
            TimeMaxMs);
        Xunit.Assert.True(isDone, $"{_mode}, calls without an outcome: "
            + string.Join(", ", _plans.Values.Where(static plan => plan.Outcome == RequestOutcome.Pending)));
        Proxy.Advance(100_000); // Calls that want no answer are still under way.
        _clients.ForEach(static client => client.Close());
        Proxy.Advance(4_000_000);
        foreach (MemoryPeer peer in _hosts.SelectMany(static host => host.Peers))
        {
            peer.Close();
        }
        Proxy.Advance(4_000_000);
        foreach (RpcPlan plan in _plans.Values)
        {
            Xunit.Assert.True(plan.ArrivedCount <= 1, $"{plan} came twice");
            Xunit.Assert.True(plan.ArrivedCount == 1 || plan.Outcome != RequestOutcome.Answered, $"{plan} was answered by nobody");
            Xunit.Assert.True(
                !IsFine || (plan.ArrivedCount == 1 && (plan.IsOneWay || plan.Outcome == RequestOutcome.Answered)),
                $"{plan} in a fine world, {_mode}");
        }
        Xunit.Assert.Empty(Proxy.Leaks());
        Xunit.Assert.Equal(0, Proxy.Count(SelfMetric.BugsTotal));
    }

    public void Dispose() => Proxy.Dispose();
}
