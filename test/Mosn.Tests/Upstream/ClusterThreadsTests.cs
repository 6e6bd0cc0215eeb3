using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Health;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;
using Mosn.Transport.Sockets;

namespace Mosn.Tests.Upstream;

/// <summary>Clusters come, change and go on several threads while loops use them: nobody waits for ever, nothing is left.</summary>
public sealed class ClusterThreadsTests : IDisposable
{
    private const int Steps = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Exception> _bugs = [];
    private readonly EpollLoop[] _loops;
    private readonly LogWriter _writer;
    private readonly MetricRegistry _registry = new(2, StatsMatcher.None);
    private readonly HealthMonitor _monitor;
    private readonly ClusterDirectory _directory;
    private readonly int _seed = Environment.TickCount;

    public ClusterThreadsTests()
    {
        _loops = [.. Enumerable.Range(0, 3).Select(index => new EpollLoop(index, OnBug))];
        EventLoop[] workers = [_loops[0], _loops[1]];
        _writer = new LogWriter(_registry.Self);
        _monitor = new HealthMonitor(new HealthServices
        {
            Loops = workers,
            Registry = _registry,
            Logs = new LogFiles(_writer, _registry, TimeProvider.System),
            Log = NullLogger.Instance,
        });
        _directory = new ClusterDirectory(new ClusterServices
        {
            Registry = _registry,
            Balancers = Extensions.BuiltIn().Balancers,
            Protocols = UpstreamWorld.FakeProtocols(),
            Watchers =
            [
                _monitor,
                new DnsDiscovery(_loops[2], static _ => new MovingNames(), seed: 1, NullLogger.Instance),
                new OriginalDstHosts(_loops[2]),
            ],
        });
    }

    public void Dispose()
    {
        foreach (EpollLoop loop in _loops)
        {
            Assert.True(loop.StopAsync().Wait(Patience));
            loop.Dispose();
        }
        _writer.Dispose();
    }

    [Fact]
    public async Task Changes_on_all_sides_at_once_neither_block_nor_leave_anything()
    {
        Array.ForEach(_loops, static loop => loop.Start());
        Thread[] threads =
        [
            Start(1, random => _directory.AddOrUpdate(Config(random))),
            Start(2, random => _directory.AddOrUpdate(Config(random))),
            Start(3, random => _directory.Apply([Config(random), Config(random), Config(random)])),
            Start(4, random => _directory.AppendHosts(Name(random), [HostOf(random)])),
            Start(5, random => Judge(random)),
            Start(6, random => UseOn(_loops[0], random)),
            Start(7, random => UseOn(_loops[1], random)),
        ];
        Assert.All(threads, thread => Assert.True(thread.Join(Patience), $"seed {_seed}: a thread is stuck"));
        _directory.Apply([]);
        foreach (EpollLoop loop in (EpollLoop[])[_loops[2], .. _loops, .. _loops])
        {
            await loop.RunAsync(static () => { }).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        Assert.Empty(_bugs);
        Assert.Equal(0, _monitor.ClusterCount);
        Assert.DoesNotContain(
            _registry.Snapshot(),
            static group => group.Schema.Type is "upstream" or "healthcheck" or "outlier_detection" or "discovery");
    }

    private Thread Start(int number, Action<Random> step)
    {
        Thread thread = new(() =>
        {
            Random random = new(_seed + number);
            for (int i = 0; i < Steps; i++)
            {
                try
                {
                    step(random);
                }
                catch (Exception e)
                {
                    OnBug(e);
                }
            }
        });
        thread.Start();
        return thread;
    }

    private void Judge(Random random)
    {
        if (_directory.Find(Name(random))?.Current is { } cluster && cluster.Current.Hosts.All is { IsEmpty: false } hosts)
        {
            cluster.SetHealth([hosts[random.Next(hosts.Length)]], HostHealth.FailedActiveCheck, failed: random.Next(2) == 0);
        }
    }

    private void UseOn(EpollLoop loop, Random random)
    {
        int seed = random.Next();
        Assert.True(loop.RunAsync(() => Use(loop, new Random(seed))).Wait(Patience));
    }

    private void Use(EpollLoop loop, Random random)
    {
        if (_directory.Find(Name(random))?.Current is not { } cluster)
        {
            return;
        }
        for (int i = 0; i < 20; i++)
        {
            PickContext pick = new(loop.Index) { Hash = (ulong)random.NextInt64(), NowMs = loop.NowMs };
            if (cluster.PickHost(pick) is not { } host)
            {
                return;
            }
            host.PoolOn(loop, StreamProtocol.Http1);
            host.Metrics.Add(loop.Index, UpstreamMetric.RequestTotal);
            cluster.Metrics.Add(loop.Index, UpstreamMetric.RequestTotal);
            cluster.Observe(host, loop, new TryOutcome(TryResult.Answered, random.Next(2) == 0 ? 200 : 503, 1));
        }
    }

    private static string Name(Random random) => $"c{random.Next(4)}";

    private static HostConfig HostOf(Random random) => UpstreamWorld.HostConfig($"127.0.0.{random.Next(1, 20)}:1");

    private static ClusterConfig Config(Random random)
    {
        LoadBalancerType[] balancers =
            [LoadBalancerType.Maglev, LoadBalancerType.RingHash, LoadBalancerType.PeakEwma, LoadBalancerType.WeightedRoundRobin];
        bool hasNames = random.Next(3) == 0;
        return new ClusterConfig
        {
            Name = Name(random),
            Type = hasNames ? ClusterType.StrictDns : ClusterType.Simple,
            LbType = balancers[random.Next(balancers.Length)],
            DnsResolvers = new DnsResolversConfig { Servers = ["127.0.0.1"] },
            Hosts = hasNames
                ? [new HostConfig { Address = NetworkAddress.FromName($"n{random.Next(5)}.test", 1) }]
                : [.. Enumerable.Range(0, random.Next(6)).Select(_ => HostOf(random) with { Weight = random.Next(1, 3) })],
            HealthCheck = random.Next(2) == 0 ? null : new HealthCheckConfig
            {
                ServiceName = $"s{random.Next(2)}",
                Interval = TimeSpan.FromMilliseconds(10),
                InitialDelay = TimeSpan.Zero,
                PassiveFailures = (uint)random.Next(3),
            },
            OutlierDetection = random.Next(2) == 0 ? null : new OutlierDetectionConfig
            {
                Interval = TimeSpan.FromMilliseconds(10),
                BaseEjectionTime = TimeSpan.FromMilliseconds(10),
            },
        };
    }

    private void OnBug(Exception exception)
    {
        lock (_bugs)
        {
            _bugs.Add(exception);
        }
    }

    /// <summary>Says something else each time, a little later.</summary>
    private sealed class MovingNames : INameServers
    {
        private int _asked;

        public async Task<DnsAnswer> AskAsync(string name, DnsRecordKind kind, CancellationToken cancellation)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            int number = Interlocked.Increment(ref _asked);
            return number % 5 == 0
                ? new DnsAnswer(DnsOutcome.Failed, "no answer")
                : new DnsAnswer(DnsOutcome.Found) { Addresses = [new IPAddress([127, 0, 0, (byte)(1 + (number % 20))])] };
        }
    }
}
