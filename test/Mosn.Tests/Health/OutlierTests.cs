using Mosn.Proxy.Config;
using Mosn.Proxy.Health;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Host = Mosn.Proxy.Upstream.Host;

namespace Mosn.Tests.Health;

/// <summary>What requests bring decides who is ejected, for how long, and how many at one time.</summary>
public sealed class OutlierTests : IDisposable
{
    private static readonly TryOutcome Good = new(TryResult.Answered, 200, 1);
    private static readonly TryOutcome Refused = new(TryResult.ConnectFailed, 0, 1);

    private readonly HealthWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public void Five_server_errors_in_a_row_eject_a_host(int status)
    {
        Cluster cluster = Cluster(5, new OutlierDetectionConfig());
        Try(cluster, 1, 4, Answer(status));
        Try(cluster, 1, 1, Good);
        Try(cluster, 1, 4, Answer(status));
        Assert.Equal([1, 2, 3, 4, 5], HealthWorld.Healthy(cluster));
        Try(cluster, 1, 1, Answer(status));
        Assert.Equal([2, 3, 4, 5], HealthWorld.Healthy(cluster));
        Assert.Equal(HostHealth.FailedOutlierCheck, cluster.Current.Hosts.All[0].Health);
        Assert.Equal(
            (1, 1, 1),
            (_world.Count(OutlierMetrics.EjectionsActive), _world.Count(OutlierMetrics.EjectionsEnforcedTotal),
                _world.Count(OutlierMetrics.Enforced(OutlierKind.Consecutive5xx))));
    }

    [Fact]
    public void Errors_in_a_row_are_counted_over_all_loops()
    {
        Cluster cluster = Cluster(5, new OutlierDetectionConfig());
        for (int i = 0; i < 5; i++)
        {
            cluster.Observe(cluster.Current.Hosts.All[1], _world.Loops[i % 2], Answer(500));
        }
        _world.Network.RunUntilIdle();
        Assert.Equal([1, 3, 4, 5], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Gateway_errors_are_seen_apart_and_eject_if_that_is_wanted()
    {
        OutlierDetectionConfig config = new() { Consecutive5xx = 0, ConsecutiveGatewayFailure = 3 };
        Cluster cluster = Cluster(5, config);
        Try(cluster, 1, 3, Answer(502));
        Assert.Equal([1, 2, 3, 4, 5], HealthWorld.Healthy(cluster)); // Seen, not enforced: as in Envoy.
        Assert.Equal(1, _world.Count(OutlierMetrics.Detected(OutlierKind.ConsecutiveGatewayFailure)));

        _world.Apply(HealthWorld.Config(5, null, config with { EnforcingConsecutiveGatewayFailure = 100 }));
        Try(cluster, 1, 2, Answer(504));
        Try(cluster, 1, 1, Answer(500)); // Not a gateway's.
        Try(cluster, 1, 2, Answer(503));
        Assert.Equal([1, 2, 3, 4, 5], HealthWorld.Healthy(cluster));
        Try(cluster, 1, 1, Answer(503));
        Assert.Equal([2, 3, 4, 5], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Requests_without_an_answer_count_as_server_errors()
    {
        Cluster cluster = Cluster(5, new OutlierDetectionConfig());
        Try(cluster, 1, 2, Refused);
        Try(cluster, 1, 2, new TryOutcome(TryResult.TimedOut, 0, 1));
        Try(cluster, 1, 1, new TryOutcome(TryResult.Broken, 0, 1));
        Assert.Equal([2, 3, 4, 5], HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(OutlierMetrics.Enforced(OutlierKind.Consecutive5xx)));
    }

    [Fact]
    public void Requests_without_an_answer_can_be_counted_apart()
    {
        Cluster cluster = Cluster(
            5, new OutlierDetectionConfig { SplitExternalLocalOriginErrors = true, ConsecutiveLocalOriginFailure = 3 });
        Try(cluster, 1, 2, Refused);
        Try(cluster, 1, 1, Answer(500)); // An answer, if a bad one.
        Try(cluster, 1, 2, Refused);
        Assert.Equal([1, 2, 3, 4, 5], HealthWorld.Healthy(cluster));
        Try(cluster, 1, 1, Refused);
        Assert.Equal([2, 3, 4, 5], HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(OutlierMetrics.Enforced(OutlierKind.ConsecutiveLocalOriginFailure)));
    }

    [Fact]
    public void A_success_rate_far_below_the_others_ejects_at_the_interval()
    {
        Cluster cluster = Cluster(6, new OutlierDetectionConfig { Consecutive5xx = 0 });
        for (int host = 1; host <= 6; host++)
        {
            Mix(cluster, host, total: 100, failed: host == 4 ? 40 : 1);
        }
        _world.Advance(9900);
        Assert.Equal(6, cluster.Current.Hosts.Healthy.Length);
        _world.Advance(200);
        Assert.Equal([1, 2, 3, 5, 6], HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(OutlierMetrics.Enforced(OutlierKind.SuccessRate)));
    }

    [Theory]
    [InlineData(4, 100, 40)] // Too few hosts.
    [InlineData(6, 99, 40)] // Too few requests.
    [InlineData(6, 100, 1)] // As bad as the others.
    public void A_success_rate_that_says_little_ejects_nobody(int hosts, int total, int failed)
    {
        Cluster cluster = Cluster(hosts, new OutlierDetectionConfig { Consecutive5xx = 0 });
        for (int host = 1; host <= hosts; host++)
        {
            Mix(cluster, host, total, host == 1 ? failed : 1);
        }
        _world.Advance(10_100);
        Assert.Equal(hosts, cluster.Current.Hosts.Healthy.Length);
    }

    [Theory]
    [InlineData(1900, false)]
    [InlineData(1000, true)]
    public void How_far_below_the_mean_is_too_far_is_said_in_standard_deviations(uint thousandths, bool ejects)
    {
        Cluster cluster = Cluster(
            5, new OutlierDetectionConfig { Consecutive5xx = 0, SuccessRateStdevFactor = thousandths, MaxEjectionPercent = 100 });
        for (int host = 1; host <= 5; host++)
        {
            Mix(cluster, host, total: 100, failed: host * 5); // 95 to 75 %: the standard deviation is 7.07.
        }
        _world.Advance(10_100);
        Assert.Equal(ejects ? [1, 2, 3, 4] : [1, 2, 3, 4, 5], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Each_interval_is_judged_by_itself()
    {
        Cluster cluster = Cluster(6, new OutlierDetectionConfig { Consecutive5xx = 0 });
        for (int round = 0; round < 2; round++)
        {
            for (int host = 1; host <= 6; host++)
            {
                Mix(cluster, host, total: 60, failed: host == 4 ? 40 : 0);
            }
            _world.Advance(10_050);
        }
        Assert.Equal(6, cluster.Current.Hosts.Healthy.Length); // 120 together, but never 100 in one interval.
    }

    [Fact]
    public void A_share_of_failures_ejects_if_that_is_wanted()
    {
        OutlierDetectionConfig config = new()
        {
            Consecutive5xx = 0,
            EnforcingSuccessRate = 0,
            EnforcingFailurePercentage = 100,
            MaxEjectionPercent = 100,
        };
        Cluster cluster = Cluster(5, config);
        for (int host = 1; host <= 5; host++)
        {
            Mix(cluster, host, total: 100, failed: host switch { 1 => 84, 2 => 85, 3 => 100, _ => 0 });
        }
        _world.Advance(10_100);
        Assert.Equal([1, 4, 5], HealthWorld.Healthy(cluster));
        Assert.Equal(2, _world.Count(OutlierMetrics.Enforced(OutlierKind.FailurePercentage)));
    }

    [Fact]
    public void An_ejected_host_comes_back_and_stays_away_longer_each_time()
    {
        OutlierDetectionConfig config = new()
        {
            BaseEjectionTime = TimeSpan.FromSeconds(5),
            MaxEjectionTime = TimeSpan.FromSeconds(12),
            Interval = TimeSpan.FromSeconds(100),
        };
        Cluster cluster = Cluster(3, config);
        foreach (int seconds in (int[])[5, 10, 12, 12])
        {
            Try(cluster, 1, 5, Answer(500));
            Assert.Equal([2, 3], HealthWorld.Healthy(cluster));
            Assert.NotEqual(0, HostWatch.Find(cluster.Current.Hosts.All[0])!.EjectedUntilUtcTicks);
            _world.Advance((seconds * 1000) - 10);
            Assert.Equal([2, 3], HealthWorld.Healthy(cluster));
            _world.Advance(30);
            Assert.Equal([1, 2, 3], HealthWorld.Healthy(cluster));
            Assert.Equal(0, HostWatch.Find(cluster.Current.Hosts.All[0])!.EjectedUntilUtcTicks);
        }
        Assert.Equal(0, _world.Count(OutlierMetrics.EjectionsActive));
    }

    [Fact]
    public void A_host_that_does_well_is_forgiven_step_by_step()
    {
        OutlierDetectionConfig config = new() { BaseEjectionTime = TimeSpan.FromSeconds(5) };
        Cluster cluster = Cluster(3, config);
        for (int i = 1; i <= 3; i++)
        {
            Try(cluster, 1, 5, Answer(500));
            _world.Advance((5000 * i) + 20);
        }
        HostWatch watch = HostWatch.Find(cluster.Current.Hosts.All[0])!;
        Assert.Equal(3, watch.EjectionLevel);
        _world.Advance(20_000);
        Assert.InRange(watch.EjectionLevel, 1, 2);
        _world.Advance(20_000);
        Assert.Equal(0, watch.EjectionLevel);
        Try(cluster, 1, 5, Answer(500));
        _world.Advance(5020);
        Assert.Equal([1, 2, 3], HealthWorld.Healthy(cluster));
    }

    [Theory]
    [InlineData(3, 10, 1)]
    [InlineData(20, 10, 2)]
    [InlineData(10, 50, 5)]
    [InlineData(4, 100, 3)] // One stays, whatever is allowed.
    [InlineData(1, 100, 0)]
    [InlineData(5, 0, 0)]
    public void No_more_hosts_are_ejected_than_allowed(int hosts, uint percent, int ejected)
    {
        Cluster cluster = Cluster(hosts, new OutlierDetectionConfig { MaxEjectionPercent = percent });
        for (int host = 1; host <= hosts; host++)
        {
            Try(cluster, host, 5, Answer(500));
        }
        Assert.Equal(hosts - ejected, cluster.Current.Hosts.Healthy.Length);
        Assert.Equal(ejected, _world.Count(OutlierMetrics.EjectionsActive));
        Assert.Equal(hosts - ejected, _world.Count(OutlierMetrics.EjectionsOverflow));
    }

    [Fact]
    public void The_last_host_that_its_checks_let_pass_is_not_ejected()
    {
        _world.Open(1);
        Cluster cluster = _world.Apply(HealthWorld.Config(2, HealthWorld.Checks, new OutlierDetectionConfig()));
        _world.Advance(1100);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        Try(cluster, 1, 5, Answer(500));
        Assert.Equal([1], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Checks_and_requests_judge_apart()
    {
        _world.Open(2);
        _world.Open(3);
        Cluster cluster = _world.Apply(HealthWorld.Config(
            3, HealthWorld.Checks, new OutlierDetectionConfig { BaseEjectionTime = TimeSpan.FromSeconds(3) }));
        Try(cluster, 1, 5, Answer(500));
        _world.Advance(1100);
        Assert.Equal(
            HostHealth.FailedActiveCheck | HostHealth.FailedOutlierCheck, cluster.Current.Hosts.All[0].Health);
        _world.Advance(2000);
        Assert.Equal(HostHealth.FailedActiveCheck, cluster.Current.Hosts.All[0].Health);
        _world.Open(1);
        _world.Advance(1000);
        Assert.Equal([1, 2, 3], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void A_part_of_the_detections_can_be_let_go()
    {
        Cluster cluster = Cluster(
            100, new OutlierDetectionConfig { EnforcingConsecutive5xx = 30, MaxEjectionPercent = 100 });
        for (int host = 1; host <= 100; host++)
        {
            Try(cluster, host, 5, Answer(500));
        }
        Assert.Equal(100, _world.Count(OutlierMetrics.Detected(OutlierKind.Consecutive5xx)));
        Assert.InRange(_world.Count(OutlierMetrics.EjectionsActive), 15, 45);
    }

    [Fact]
    public void An_update_keeps_ejections_and_one_that_ends_detection_ends_them()
    {
        OutlierDetectionConfig config = new();
        Cluster cluster = Cluster(4, config);
        Try(cluster, 2, 5, Answer(500));
        _world.Apply(HealthWorld.Config([2, 3, 4, 5], null, config with { Interval = TimeSpan.FromSeconds(1) }));
        Assert.Equal([3, 4, 5], HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(OutlierMetrics.EjectionsActive));

        _world.Apply(HealthWorld.Config([3, 4, 5], null, config)); // The ejected one leaves.
        Assert.Equal(0, _world.Count(OutlierMetrics.EjectionsActive));
        Try(cluster, 3, 5, Answer(500)); // So there is room for another.
        Assert.Equal([4, 5], HealthWorld.Healthy(cluster));

        _world.Apply(HealthWorld.Config([3, 4, 5], null, outliers: null));
        Assert.Equal([3, 4, 5], HealthWorld.Healthy(cluster));
        Assert.Empty(cluster.Current.Observers);
        Try(cluster, 4, 50, Answer(500));
        Assert.Equal([3, 4, 5], HealthWorld.Healthy(cluster));
        Assert.DoesNotContain(_world.Registry.Snapshot(), static group => group.Schema.Type == "outlier_detection");
        _world.Directory.Apply([]);
        _world.Network.RunUntilIdle();
        Assert.Empty(_world.Leaks());
    }

    [Fact]
    public void Ejections_and_returns_are_lines_in_the_event_log_of_the_checks()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(
            2,
            new HealthCheckConfig { EventLogPath = _world.LogPath },
            new OutlierDetectionConfig { BaseEjectionTime = TimeSpan.FromSeconds(1) }));
        long now = _world.Network.Clock.GetUtcNow().ToUnixTimeSeconds();
        Try(cluster, 1, 5, Answer(500));
        Try(cluster, 2, 5, Answer(500));
        _world.Advance(1050);
        Assert.Equal(
            [
                $"time:{now},host:10.0.0.1:80,event:eject,reason:consecutive_5xx,enforced:1,duration_ms:1000",
                $"time:{now},host:10.0.0.2:80,event:eject,reason:consecutive_5xx,enforced:0,duration_ms:0",
                $"time:{now + 1},host:10.0.0.1:80,event:uneject,reason:consecutive_5xx,enforced:1,duration_ms:0",
            ],
            _world.LogLines());
    }

    [Fact]
    public void To_count_a_try_allocates_nothing()
    {
        Cluster cluster = Cluster(2, new OutlierDetectionConfig { Consecutive5xx = 1_000_000, ConsecutiveGatewayFailure = 0 });
        Host host = cluster.Current.Hosts.All[0];
        Run(10);
        int runs = 0;
        long allocated = Allocations.Of(() =>
        {
            runs++;
            Run(10_000);
        });
        Assert.Equal(0, allocated);
        Assert.Equal(new TryTotals(20 + (runs * 20_000), 10 + (runs * 10_000), 0), HostWatch.Find(host)!.Tries.Sum());

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                cluster.Observe(host, _world.Loops[0], Good);
                cluster.Observe(host, _world.Loops[1], Refused);
            }
        }
    }

    [Fact]
    public void A_streak_over_several_threads_trips_once_each_time()
    {
        Streak streak = new();
        int trips = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 25_000; i++)
            {
                if (streak.Grow(10))
                {
                    Interlocked.Increment(ref trips);
                }
            }
        });
        // Threads that pass the threshold together share one trip.
        Assert.InRange(trips, 1, 10_000);
        while (!streak.Grow(10))
        {
        }
        Assert.Equal(9, Enumerable.Range(0, 9).Count(_ => !streak.Grow(10)));
        Assert.True(streak.Grow(10));
    }

    private static TryOutcome Answer(int status) => new(TryResult.Answered, status, 1);

    private Cluster Cluster(int hosts, OutlierDetectionConfig config) =>
        _world.Apply(HealthWorld.Config(hosts, null, config));

    /// <param name="number">The host's, as in its address.</param>
    private void Try(Cluster cluster, int number, int count, TryOutcome outcome)
    {
        Host host = cluster.Current.Hosts.All.ToArray().Single(host => host.AddressText == $"10.0.0.{number}:80");
        for (int i = 0; i < count; i++)
        {
            cluster.Observe(host, _world.Loops[0], outcome);
        }
        _world.Network.RunUntilIdle();
    }

    private void Mix(Cluster cluster, int number, int total, int failed)
    {
        Try(cluster, number, failed, Answer(500));
        Try(cluster, number, total - failed, Good);
    }
}
