using Mosn.Proxy.Config;
using Mosn.Proxy.Health;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Host = Mosn.Proxy.Upstream.Host;

namespace Mosn.Tests.Health;

/// <summary>When hosts are checked, and what the checks make of them. The checks are TCP connects.</summary>
public sealed class ActiveCheckTests : IDisposable
{
    private readonly HealthWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_new_host_is_healthy_until_its_first_check_says_otherwise()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(2, HealthWorld.Checks));
        _world.Open(1);
        _world.Advance(950);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
        Assert.Equal(0, _world.Count(CheckMetric.Attempt));

        _world.Advance(100);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        Assert.Equal(HostHealth.FailedActiveCheck, cluster.Current.Hosts.All[1].Health);
        Assert.Equal(
            [2, 1, 1, 1, 0, 1],
            new[]
            {
                CheckMetric.Attempt, CheckMetric.Success, CheckMetric.Failure, CheckMetric.ActiveFailure,
                CheckMetric.NetworkFailure, CheckMetric.Healthy,
            }.Select(metric => _world.Count(metric)));
    }

    [Fact]
    public void Thresholds_are_checks_in_a_row()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(
            2, HealthWorld.Checks with { UnhealthyThreshold = 3, HealthyThreshold = 2 }));
        _world.Open(1);
        _world.Open(2);
        _world.Advance(1100);
        _world.Close(2);
        _world.Advance(2000);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster)); // Two bad ones.
        _world.Open(2);
        _world.Advance(1000);
        _world.Close(2);
        _world.Advance(2000);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster)); // Two again, not four.
        _world.Advance(1000);
        Assert.Equal([1], HealthWorld.Healthy(cluster));

        _world.Open(2);
        _world.Advance(1000);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        _world.Close(2);
        _world.Advance(1000);
        _world.Open(2);
        _world.Advance(1000);
        Assert.Equal([1], HealthWorld.Healthy(cluster)); // One good again.
        _world.Advance(1000);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
        Assert.Equal(2, _world.Count(CheckMetric.Healthy));
    }

    [Fact]
    public void A_check_that_gets_no_answer_fails_when_its_time_is_over()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(2, HealthWorld.Checks));
        _world.Open(1);
        _world.Network.SetOutcome(HealthWorld.Address(2), ConnectOutcome.Unanswered);
        _world.Advance(1090);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Network.OpenTransports);
        _world.Advance(40);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        Assert.Equal((1, 0), (_world.Count(CheckMetric.NetworkFailure), _world.Count(CheckMetric.ActiveFailure)));
        Assert.Equal(0, _world.Network.OpenTransports);
    }

    [Fact]
    public void Jitter_lies_between_nothing_and_its_bound_and_differs()
    {
        List<long> times = [];
        _world.Open(1, _ => times.Add(_world.Network.Clock.NowMs));
        _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with { IntervalJitter = TimeSpan.FromMilliseconds(400) }));
        _world.Advance(200_000);

        long[] gaps = [.. times.Zip(times.Skip(1), static (one, next) => next - one)];
        Assert.InRange(gaps.Length, 150, 190);
        Assert.InRange(gaps.Min(), 1000, 1030);
        Assert.InRange(gaps.Max(), 1380, 1408); // The timer's resolution is 8 ms.
    }

    [Fact]
    public void A_failed_host_can_be_checked_more_often()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(
            1, HealthWorld.Checks with { Interval = TimeSpan.FromSeconds(60), UnhealthyInterval = TimeSpan.FromSeconds(1) }));
        _world.Advance(1100);
        Assert.Empty(HealthWorld.Healthy(cluster));
        _world.Open(1);
        _world.Advance(1100);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        _world.Advance(10_000);
        Assert.Equal(2, _world.Count(CheckMetric.Attempt));
    }

    [Fact]
    public void Hosts_that_come_are_checked_and_those_that_go_are_not_and_the_others_keep_their_counts()
    {
        HealthCheckConfig checks = HealthWorld.Checks with { UnhealthyThreshold = 2 };
        Cluster cluster = _world.Apply(HealthWorld.Config([1, 2], checks));
        MemoryHost one = _world.Open(1);
        MemoryHost three = _world.Open(3);
        _world.Advance(1100); // Host 2 has one bad check.
        _world.Apply(HealthWorld.Config([2, 3], checks));
        _world.Advance(1010);
        Assert.Equal([3], HealthWorld.Healthy(cluster)); // And now the second.
        Assert.Single(three.Peers);
        _world.Advance(5000);
        Assert.Single(one.Peers);
        Assert.Equal(1, _world.Count(CheckMetric.Healthy));
    }

    [Fact]
    public void A_host_that_goes_during_its_check_leaves_nothing_behind()
    {
        _world.Network.SetOutcome(HealthWorld.Address(2), ConnectOutcome.Unanswered);
        _world.Open(1);
        _world.Apply(HealthWorld.Config([1, 2], HealthWorld.Checks));
        _world.Advance(1050);
        Assert.Equal(1, _world.Network.OpenTransports);
        Cluster cluster = _world.Apply(HealthWorld.Config([1], HealthWorld.Checks));
        Assert.Equal(0, _world.Network.OpenTransports);
        _world.Advance(200);
        Assert.Equal(0, _world.Count(CheckMetric.Failure));

        // It comes back as a new one.
        _world.Apply(HealthWorld.Config([1, 2], HealthWorld.Checks));
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Other_settings_during_a_check_drop_it_and_keep_every_verdict()
    {
        HealthCheckConfig checks = HealthWorld.Checks with { UnhealthyThreshold = 2 };
        Cluster cluster = _world.Apply(HealthWorld.Config(3, checks));
        _world.Open(1);
        _world.Advance(2100);
        Assert.Equal([1], HealthWorld.Healthy(cluster));

        _world.Network.SetOutcome(HealthWorld.Address(1), ConnectOutcome.Unanswered);
        _world.Advance(950);
        Assert.Equal(1, _world.Network.OpenTransports); // The check of host 1.
        _world.Network.SetOutcome(HealthWorld.Address(1), ConnectOutcome.Accepted);
        _world.Open(2);
        _world.Apply(HealthWorld.Config(3, checks with { Interval = TimeSpan.FromSeconds(5) }));
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        _world.Advance(100);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster)); // Checked at once, by the new rules.
        long attempts = _world.Count(CheckMetric.Attempt);
        _world.Advance(4800);
        Assert.Equal(attempts, _world.Count(CheckMetric.Attempt));
        _world.Advance(200);
        Assert.Equal(attempts + 3, _world.Count(CheckMetric.Attempt));
    }

    [Fact]
    public void The_same_settings_again_do_not_disturb_the_checks()
    {
        _world.Open(1);
        for (int i = 0; i < 9; i++)
        {
            _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with { CommonCallbacks = [] }));
            _world.Advance(500);
        }
        Assert.Equal(4, _world.Count(CheckMetric.Attempt)); // At 1, 2, 3 and 4 seconds.
    }

    [Fact]
    public void Checks_that_are_switched_off_take_their_verdicts_back()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(2, HealthWorld.Checks));
        _world.Advance(1100);
        Assert.Empty(HealthWorld.Healthy(cluster));
        _world.Apply(HealthWorld.Config(2, checks: null));
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
        _world.Apply(HealthWorld.Config(2, HealthWorld.Checks with { ServiceName = "" }));
        _world.Advance(60_000);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));

        _world.Apply(HealthWorld.Config(2, HealthWorld.Checks));
        _world.Advance(1100);
        Assert.Empty(HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void A_cluster_that_goes_leaves_nothing_behind()
    {
        _world.Network.SetOutcome(HealthWorld.Address(2), ConnectOutcome.Unanswered);
        _world.Open(1);
        _world.Apply(HealthWorld.Config(3, HealthWorld.Checks, new OutlierDetectionConfig()));
        _world.Advance(1050);
        _world.Directory.Apply([]);
        _world.Network.RunUntilIdle();
        Assert.Empty(_world.Leaks());
        Assert.All(_world.Loops, static loop => Assert.InRange(loop.Timers.Count, 0, 1)); // The end of a closed connection.
        _world.Advance(10_000);
        Assert.All(_world.Loops, static loop => Assert.Equal(0, loop.Timers.Count));
    }

    [Fact]
    public async Task A_stop_ends_all_checks()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(2, HealthWorld.Checks));
        _world.Advance(1100);
        Task stop = _world.Monitor.StopAsync();
        _world.Network.RunUntilIdle();
        await stop;
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
        _world.Advance(10_000);
        _world.Apply(HealthWorld.Config(3, HealthWorld.Checks));
        _world.Advance(10_000);
        Assert.Equal(0, _world.Network.OpenTransports);
        Assert.Equal(3, cluster.Current.Hosts.Healthy.Length);
    }

    [Fact]
    public void Clusters_judge_for_themselves_about_the_same_address()
    {
        _world.Open(1, port: 80);
        Cluster good = _world.Apply(HealthWorld.Config(1, HealthWorld.Checks));
        Cluster bad = _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with
        {
            CheckConfig = new CheckConfig { Tcp = new TcpCheckConfig { Port = 81 } },
        }) with
        { Name = "other" });
        _world.Advance(1100);
        Assert.Equal([1], HealthWorld.Healthy(good));
        Assert.Empty(HealthWorld.Healthy(bad));
        Assert.Equal(1, _world.Count(CheckMetric.Healthy)); // Both have the same service.

        _world.Directory.Remove("other");
        _world.Network.RunUntilIdle();
        Assert.Equal(1, _world.Count(CheckMetric.Healthy));
        _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with { ServiceName = "new" }));
        Assert.Equal((0, 1), (_world.Count(CheckMetric.Healthy), _world.Count(CheckMetric.Healthy, "new")));
    }

    [Fact]
    public void Clusters_that_nobody_wants_checked_cost_nothing()
    {
        _world.Directory.Apply([.. Enumerable.Range(0, 1000).Select(number => HealthWorld.Config(2, checks: null) with
        {
            Name = $"c{number}",
        })]);
        _world.Network.RunUntilIdle();
        Assert.Equal(0, _world.Monitor.ClusterCount);
        Assert.All(_world.Directory.Snapshot(), static cluster => Assert.Empty(cluster.Current.Observers));
        Assert.All(_world.Directory.Snapshot(), static cluster => Assert.Null(cluster.Current.Hosts.All[0].Watch));
        Assert.All(_world.Loops, static loop => Assert.Equal(0, loop.Timers.Count));
    }

    [Fact]
    public void Many_hosts_are_spread_out_and_all_are_checked()
    {
        const int Hosts = 6000;
        Dictionary<long, int> begun = [];
        using HealthWorld world = new();
        for (int i = 1; i <= Hosts; i++)
        {
            world.Open(i, _ => begun[world.Network.Clock.NowMs] = begun.GetValueOrDefault(world.Network.Clock.NowMs) + 1);
        }
        Cluster cluster = world.Apply(HealthWorld.Config(
            Hosts, HealthWorld.Checks with { Interval = TimeSpan.FromSeconds(10) }));
        world.Advance(2700);
        Assert.Equal(Hosts, world.Count(CheckMetric.Success));
        Assert.InRange(begun.Values.Max(), 1, 40); // 4000 a second, in steps of 8 ms.

        for (int i = 1; i <= Hosts; i += 2)
        {
            world.Close(i);
        }
        world.Advance(10_100);
        Assert.Equal(Hosts / 2, cluster.Current.Hosts.Healthy.Length);
        Assert.Equal(2 * Hosts, world.Count(CheckMetric.Attempt));
    }

    [Fact]
    public void No_more_checks_run_at_once_than_the_loop_allows()
    {
        const int Hosts = 2000;
        using HealthWorld world = new(loops: 1);
        for (int i = 1; i <= Hosts; i++)
        {
            world.Network.SetOutcome(HealthWorld.Address(i), ConnectOutcome.Unanswered);
        }
        Cluster cluster = world.Apply(HealthWorld.Config(Hosts, HealthWorld.Checks with { Timeout = TimeSpan.FromSeconds(1) }));
        int most = 0;
        for (int i = 0; i < 100; i++)
        {
            world.Advance(100);
            most = Math.Max(most, world.Network.OpenTransports);
        }
        Assert.Equal(CheckQuota.RunningMax, most);
        Assert.Empty(HealthWorld.Healthy(cluster)); // Late, but every one was checked.
    }

    [Fact]
    public void Hosts_that_do_not_answer_do_not_hold_up_the_checks_of_others()
    {
        const int Hosts = 2000;
        using HealthWorld world = new(loops: 1);
        for (int i = 2; i <= Hosts; i++)
        {
            world.Network.SetOutcome(HealthWorld.Address(i), ConnectOutcome.Unanswered);
        }
        world.Apply(HealthWorld.Config(
            [.. Enumerable.Range(2, Hosts - 1)], HealthWorld.Checks with { Timeout = TimeSpan.FromSeconds(10) }) with
        { Name = "dead" });
        world.Open(1);
        world.Apply(HealthWorld.Config(1, HealthWorld.Checks with { ServiceName = "alive" }));
        world.Advance(60_000); // Each of them has failed.
        long before = world.Count(CheckMetric.Success, "alive");
        world.Advance(20_000);
        Assert.InRange(world.Count(CheckMetric.Success, "alive") - before, 19, 20);
        Assert.Equal(CheckQuota.FailedRunningMax, world.Network.OpenTransports);
    }

    [Fact]
    public void Verdicts_that_gather_are_published_together_and_in_order()
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(3, HealthWorld.Checks));
        _world.HoldsBackground = true;
        _world.Advance(1100); // All fail.
        _world.Open(2);
        _world.Advance(1000); // One is back.
        Assert.Single(_world.Held);
        Assert.Equal([1, 2, 3], HealthWorld.Healthy(cluster));
        _world.RunHeld();
        Assert.Equal([2], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Every_check_is_a_line_in_the_event_log()
    {
        _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with { EventLogPath = _world.LogPath }));
        _world.Advance(1050);
        long first = _world.Network.Clock.GetUtcNow().ToUnixTimeSeconds();
        _world.Advance(1000);
        _world.Open(1);
        _world.Advance(2000);
        Assert.Equal(
            [
                $"time:{first},host:10.0.0.1:80,health_status:0,current_result:0,status_changed:1",
                $"time:{first + 1},host:10.0.0.1:80,health_status:0,current_result:0,status_changed:0",
                $"time:{first + 2},host:10.0.0.1:80,health_status:1,current_result:1,status_changed:1",
                $"time:{first + 3},host:10.0.0.1:80,health_status:1,current_result:1,status_changed:0",
            ],
            _world.LogLines());
    }

    [Fact]
    public void Named_functions_hear_of_every_check()
    {
        List<(string, bool, bool)> heard = [];
        HealthCallbackRegistry callbacks = new HealthCallbackRegistry().Add(
            "mine", (host, changed, isHealthy) => heard.Add((host.AddressText, changed, isHealthy)));
        using HealthWorld world = new(callbacks: callbacks);
        world.Apply(HealthWorld.Config(1, HealthWorld.Checks with { CommonCallbacks = ["unknown", "mine"] }));
        world.Advance(1050);
        world.Open(1);
        world.Advance(2000);
        Assert.Equal([("10.0.0.1:80", true, false), ("10.0.0.1:80", true, true), ("10.0.0.1:80", false, true)], heard);
    }

    [Fact]
    public void Requests_that_find_no_connection_fail_a_host_at_once_if_that_is_wanted()
    {
        HealthCheckConfig checks = HealthWorld.Checks with
        {
            PassiveFailures = 3,
            HealthyThreshold = 5,
            Interval = TimeSpan.FromSeconds(30),
        };
        Cluster cluster = _world.Apply(HealthWorld.Config(2, checks));
        _world.Open(1);
        _world.Open(2);
        Host host = cluster.Current.Hosts.All[0];
        Try(host, TryResult.ConnectFailed, TryResult.Broken, TryResult.Answered, TryResult.Broken, TryResult.Broken);
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));
        Try(host, TryResult.ConnectFailed);
        Assert.Equal([2], HealthWorld.Healthy(cluster));
        Assert.Equal((1, 1), (_world.Count(CheckMetric.PassiveFailure), _world.Count(CheckMetric.Healthy)));

        _world.Advance(1100); // One good check is enough.
        Assert.Equal([1, 2], HealthWorld.Healthy(cluster));

        _world.Apply(HealthWorld.Config(2, checks with { PassiveFailures = 0 }));
        Assert.Empty(cluster.Current.Observers);

        void Try(Host host, params TryResult[] results)
        {
            foreach (TryResult result in results)
            {
                cluster.Observe(host, _world.Loops[0], new TryOutcome(result, result == TryResult.Answered ? 200 : 0, 1));
                _world.Network.RunUntilIdle();
            }
        }
    }
}
