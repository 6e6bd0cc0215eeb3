using System.Net;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Simulation;

/// <summary>
/// A world of HTTP/1.1 whose hosts are found by name, while their addresses change under the load and name servers are
/// slow or away. Every address has a host, so in a fine world no change may cost a request.
/// </summary>
internal sealed class DiscoverySimulation : HttpSimulation
{
    private static readonly string[][] s_addresses = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"]];

    public DiscoverySimulation(int seed)
        : this(new Random(seed), new FakeNameServer())
    {
    }

    private DiscoverySimulation(Random random, FakeNameServer names)
        : base(random, EngineSettings.None with { Cluster = """, "dns_refresh_rate": "100ms" """ }, names)
    {
        for (int i = 0; i < HostCount; i++)
        {
            OpenHost(TransportAddress.From(IPAddress.Parse("127.0.0.2"), ProxyWorld.UpstreamPort + i));
        }
        _ = new Changes(this, random, names);
    }

    protected override void CheckEnd()
    {
        Cluster cluster = Proxy.Clusters.Get("upstream").Current!;
        Xunit.Assert.InRange(cluster.HostCount, HostCount, 2 * HostCount);
    }

    /// <summary>What happens to names and their servers, until the world is done.</summary>
    private sealed class Changes : LoopTimer
    {
        private readonly DiscoverySimulation _world;
        private readonly Random _random;
        private readonly FakeNameServer _names;

        public Changes(DiscoverySimulation world, Random random, FakeNameServer names)
        {
            _world = world;
            _random = random;
            _names = names;
            Arm();
        }

        private MemoryLoop Loop => _world.Proxy.Network.Loops[0];

        protected override void OnTimer()
        {
            if (_world.IsDone)
            {
                // Nothing happens any more, so nobody need ask.
                ClusterDirectory clusters = _world.Proxy.Clusters;
                clusters.AddOrUpdate(
                    clusters.Get("upstream").Current!.Current.Config with { DnsRefreshRate = TimeSpan.FromDays(1) });
                _names.IsDown = _names.Holds = false;
                _names.AnswerAll();
                return;
            }
            switch (_random.Next(6))
            {
                case 0:
                    _names.IsDown = !_names.IsDown;
                    break;
                case 1:
                    _names.Holds = !_names.Holds;
                    break;
                case 2:
                    _names.AnswerAll();
                    break;
                default:
                    _names.Set($"h{_random.Next(_world.HostCount)}.test", s_addresses[_random.Next(s_addresses.Length)]);
                    break;
            }
            Arm();
        }

        private void Arm() => Loop.Timers.Set(this, Loop.NowMs + _random.Next(1, 300));
    }
}
