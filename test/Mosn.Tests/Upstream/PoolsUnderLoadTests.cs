using System.Globalization;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Upstream;

/// <summary>
/// Pools of both kinds, on several loops and hosts, that share few connections under a seed: what was taken comes back, and
/// nobody who can be served waits in vain. SEEDS says how many worlds.
/// </summary>
public sealed class PoolsUnderLoadTests
{
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "40", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_pool_gets_its_turn(int seed)
    {
        Load load = new(seed, chaos: false);
        load.Run(steps: 6_000);
        load.Finish();
        Assert.True(load.GivenUp == 0, $"seed {seed}: {load.GivenUp} of {load.Asked} requests waited in vain");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_breaks_what_was_taken_comes_back(int seed)
    {
        Load load = new(seed, chaos: true);
        load.Run(steps: 600);
        load.Finish();
    }

    private sealed class Load
    {
        private readonly int _seed;
        private readonly bool _chaos;
        private readonly Random _random;
        private readonly SeededWeather _weather;
        private readonly PoolWorld _world;
        private readonly int _loopCount;
        private readonly uint _connectionsMax;
        private readonly List<(PoolRequest Request, long EndMs)> _active = [];
        private long _nowMs;

        public Load(int seed, bool chaos)
        {
            _seed = seed;
            _chaos = chaos;
            _random = new Random(seed);
            _weather = new SeededWeather(seed, breaks: chaos);
            _loopCount = _random.Next(1, 4);
            _connectionsMax = (uint)_random.Next(1, 4);
            ClusterConfig config = new()
            {
                CircuitBreakers = PoolWorld.Bounds(_connectionsMax, pending: 100_000),
                PendingTimeout = TimeSpan.FromSeconds(8),
                MaxRequestPerConn = _random.Next(3) == 0 ? (uint)_random.Next(1, 50) : 1024,
                ConnectionLifetime = _random.Next(3) == 0 ? TimeSpan.FromMilliseconds(_random.Next(50, 2_000)) : TimeSpan.Zero,
            };
            _world = new PoolWorld(config, hostCount: 2, _loopCount, _weather);
        }

        public int Asked { get; private set; }

        public int GivenUp { get; private set; }

        public void Run(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                for (int i = _random.Next(_active.Count > 100 ? 1 : 5); i > 0; i--)
                {
                    Ask();
                }
                switch (_random.Next(30))
                {
                    case 0 when Some() is { } connection:
                        _world.Do(connection.GoAway);
                        break;
                    case 1 or 2 when Some() is { } connection:
                        _world.Do(() => connection.SetStreamsMax(_random.Next(_chaos ? 0 : 1, 6)));
                        break;
                    case 3 when _chaos:
                        Break();
                        break;
                }
                if (!_chaos)
                {
                    Assert.InRange(_world.Budgets.Connections.Used, 0, _connectionsMax);
                }
                Pass(_random.Next(1, 6));
            }
        }

        /// <summary>The load ends; whoever waits is served.</summary>
        public void Finish()
        {
            _weather.BreakChance = 0;
            FakeMultiplexConnection[] open = [.. _world.Connections.Where(static connection => !connection.Connection.IsClosed)];
            foreach (FakeMultiplexConnection connection in open)
            {
                _world.Do(() => connection.SetStreamsMax(5));
            }
            for (int i = 0; i < 20_000 && _active.Count > 0; i++)
            {
                Pass(5);
            }
            _world.Network.Advance(120_000);
            Assert.True(
                (_active.Count, _world.Budgets.Connections.Used, _world.Budgets.PendingRequests.Used, _world.Budgets.Share.IsWanted)
                == (0, 0, 0, false)
                && (_world.Count(UpstreamMetric.RequestActive), _world.Count(UpstreamMetric.ConnectionActive)) == (0, 0)
                && _world.Network.OpenTransports == 0,
                $"seed {_seed}: requests {_active.Count}, connections {_world.Budgets.Connections.Used}, "
                + $"pending {_world.Budgets.PendingRequests.Used}, wanted {_world.Budgets.Share.IsWanted}, "
                + $"active {_world.Count(UpstreamMetric.RequestActive)}, open {_world.Count(UpstreamMetric.ConnectionActive)}");
            _world.Dispose();
        }

        private void Ask()
        {
            int hostCount = _world.Cluster.Current.Hosts.All.Length;
            if (hostCount == 0)
            {
                return;
            }
            Asked++;
            StreamProtocol protocol = _random.Next(3) == 0 ? StreamProtocol.Http1 : StreamProtocol.Http2;
            PoolRequest request = _world.Ask(_random.Next(hostCount), _random.Next(_loopCount), protocol, fresh: _random.Next(8) == 0);
            _active.Add((request, 0));
        }

        private void Break()
        {
            switch (_random.Next(5))
            {
                case 0:
                    _world.Update(_world.Config with { Hosts = [.. _world.Config.Hosts.Where(_ => _random.Next(2) == 0)] });
                    break;
                case 1:
                    _world.Update(_world.Config with { ConnectTimeout = TimeSpan.FromSeconds(_random.Next(1, 9)) });
                    break;
                case 2:
                    _world.Update(_world.Config with { CircuitBreakers = PoolWorld.Bounds((uint)_random.Next(4), pending: 20) });
                    break;
                case 3:
                    _world.Network.SetOutcome(
                        _world.Hosts[_random.Next(2)].Address, _random.Next(2) == 0 ? ConnectOutcome.Refused : ConnectOutcome.Accepted);
                    break;
                default:
                    MemoryPeer[] open = [.. _world.Hosts.SelectMany(static host => host.Peers).Where(static peer => !peer.IsOver)];
                    if (open.Length > 0)
                    {
                        open[_random.Next(open.Length)].Reset();
                    }
                    break;
            }
        }

        /// <summary>Time passes, and what is due ends: a stream some milliseconds after it was opened.</summary>
        private void Pass(int ms)
        {
            _nowMs += ms;
            _world.Network.Advance(ms);
            for (int i = _active.Count - 1; i >= 0; i--)
            {
                (PoolRequest request, long endMs) = _active[i];
                if (endMs == 0 && request.Stream is not null)
                {
                    _active[i] = (request, _nowMs + _random.Next(1, 12));
                }
                bool leaves = _chaos && _random.Next(50) == 0;
                if (request.IsOver || request.Error is not null || (endMs > 0 && endMs <= _nowMs) || leaves)
                {
                    GivenUp += request.IsGivenUp ? 1 : 0;
                    _active.RemoveAt(i);
                    _world.Do(request.End);
                }
            }
        }

        private FakeMultiplexConnection? Some()
        {
            FakeMultiplexConnection[] open =
                [.. _world.Connections.Where(static connection => !connection.Connection.IsClosed)];
            return open.Length == 0 ? null : open[_random.Next(open.Length)];
        }
    }
}
