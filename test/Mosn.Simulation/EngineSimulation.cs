using System.Net;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Server;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Transport.Loops;

namespace Mosn.Simulation;

/// <summary>
/// A world of HTTP with the whole engine: retries, times of tries, hedging, bounds on connections; hosts that go down
/// and come back; and a configuration that changes under the load.
/// </summary>
internal sealed class EngineSimulation : HttpSimulation
{
    private readonly Random _random;
    private readonly List<Flap> _flaps = [];

    /// <param name="speaksHttp2">On one side at least.</param>
    public EngineSimulation(int seed, bool speaksHttp2 = false)
        : this(new Random(seed), speaksHttp2)
    {
    }

    private EngineSimulation(Random random, bool speaksHttp2)
        : base(random, EngineSettings.Draw(random), protocols: speaksHttp2 ? SimulatedProtocols.Draw(random) : null)
    {
        _random = random;
        for (int i = 0; i < HostCount; i++)
        {
            if (random.Next(2) == 0)
            {
                _flaps.Add(new Flap(this, i, Hosts[i]));
            }
        }
        if (random.Next(2) == 0)
        {
            _ = new Update(this);
        }
    }

    private MemoryLoop Loop => Proxy.Network.Loops[0];

    private Cluster Cluster => Proxy.Runtime.Clusters.Get("upstream").Current!;

    protected override void CheckEnd()
    {
        foreach (RoutingPriority priority in (RoutingPriority[])[RoutingPriority.Default, RoutingPriority.High])
        {
            ClusterBudgets budgets = Cluster.BudgetsOf(priority);
            Xunit.Assert.Equal(
                (0, 0, 0), (budgets.Connections.Used, budgets.PendingRequests.Used, budgets.Requests.Used));
            Xunit.Assert.False(budgets.Share.IsWanted);
        }
    }

    /// <summary>A host that goes down, with all its connections, and comes back, until the world is done.</summary>
    private sealed class Flap : LoopTimer
    {
        private readonly EngineSimulation _world;
        private readonly int _index;
        private MemoryHost? _host;

        public Flap(EngineSimulation world, int index, MemoryHost host)
        {
            _world = world;
            _index = index;
            _host = host;
            Arm();
        }

        protected override void OnTimer()
        {
            if (_host is { } host)
            {
                host.Close();
                foreach (MemoryPeer peer in host.Peers.Where(static peer => !peer.IsClosed))
                {
                    peer.Reset();
                }
                _host = null;
            }
            else
            {
                _host = _world.OpenHost(_index);
            }
            if (!_world.IsDone)
            {
                Arm();
            }
        }

        private void Arm() => _world.Loop.Timers.Set(this, _world.Loop.NowMs + _world._random.Next(1, 5_000));
    }

    /// <summary>
    /// Another configuration, from time to time: other bounds, another balancer, other hosts, the route again, as a whole or
    /// one by one.
    /// </summary>
    private sealed class Update : LoopTimer, IHostResolver
    {
        private readonly EngineSimulation _world;
        private readonly IConfigUpdates _updates;

        public Update(EngineSimulation world)
        {
            _world = world;
            _updates = new ConfigApplier(world.Proxy.Runtime, this);
            Arm();
        }

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellation) =>
            throw new NotSupportedException("The hosts have no names.");

        protected override void OnTimer()
        {
            switch (_world._random.Next(4))
            {
                case 0:
                    ChangeCluster();
                    break;
                case 1:
                    Assert(_updates.AddHostsAsync("upstream", [.. Hosts(_world._random.Next(1, _world.HostCount + 1))]));
                    break;
                case 2:
                    Assert(_updates.ReplaceHostsAsync("upstream", [.. Hosts(_world._random.Next(1, _world.HostCount + 1))]));
                    break;
                default:
                    RouteConfig route = _world.Proxy.Runtime.Routers.Configs()[0].VirtualHosts[0].Routes[0];
                    Assert(_updates.ReplaceRouteAsync(
                        new RoutePlace("router", "any.test"), RouteSelector.At(0), route with { Name = $"route{_world._random.Next()}" }));
                    break;
            }
            if (!_world.IsDone)
            {
                Arm();
            }
        }

        /// <summary>Nothing of it has to be waited for.</summary>
        private static void Assert(Task<ConfigChange> change)
        {
            Xunit.Assert.True(change.IsCompletedSuccessfully);
            Xunit.Assert.True(change.Result.IsDone, change.Result.Text);
        }

        private void ChangeCluster()
        {
            Random random = _world._random;
            ClusterConfig now = _world.Cluster.Current.Config;
            _world.Proxy.Runtime.Clusters.AddOrUpdate(now with
            {
                LbType = random.Next(2) == 0 ? LoadBalancerType.Random : LoadBalancerType.RoundRobin,
                IdleTimeout = TimeSpan.FromSeconds(random.Next(1, 100)),
                CircuitBreakers = random.Next(2) == 0
                    ? []
                    : [new CircuitBreakerConfig { MaxConnections = (uint)random.Next(1, 6) }],
                Hosts = [.. Hosts(random.Next(1, _world.HostCount + 1))],
            });
        }

        private static IEnumerable<HostConfig> Hosts(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Xunit.Assert.True(NetworkAddress.TryParse($"127.0.0.1:{ProxyWorld.UpstreamPort + i}", out NetworkAddress address));
                yield return new HostConfig { Address = address };
            }
        }

        private void Arm() => _world.Loop.Timers.Set(this, _world.Loop.NowMs + _world._random.Next(1, 5_000));
    }
}
