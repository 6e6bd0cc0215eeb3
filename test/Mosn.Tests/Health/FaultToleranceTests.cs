using Mosn.Proxy.Config;
using Mosn.Proxy.Health;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Config;
using Host = Mosn.Proxy.Upstream.Host;

namespace Mosn.Tests.Health;

/// <summary>The rules of MOSN's fault_tolerance filter, and the filter itself in the whole proxy.</summary>
public sealed class FaultToleranceTests : IDisposable
{
    private static readonly FaultToleranceFilterConfig Rules = new()
    {
        Enabled = true,
        TimeWindow = 1000,
        LeastWindowCount = 10,
        ExceptionRateMultiple = 2,
        RecoverTime = 5000,
    };

    private readonly HealthWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_host_that_fails_many_times_as_often_as_the_average_is_out_for_the_time_to_recover()
    {
        Cluster cluster = Regulated(4, Rules);
        Mix(cluster, 1, total: 100, failed: 40); // The average is 11.5 %.
        Mix(cluster, 2, total: 100, failed: 4);
        Mix(cluster, 3, total: 100, failed: 2);
        Mix(cluster, 4, total: 100, failed: 0);
        _world.Advance(990);
        Assert.Equal([1, 2, 3, 4], HealthWorld.Healthy(cluster));
        _world.Advance(30);
        Assert.Equal([2, 3, 4], HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(OutlierMetrics.Enforced(OutlierKind.ExceptionRate)));
        _world.Advance(4900);
        Assert.Equal([2, 3, 4], HealthWorld.Healthy(cluster));
        _world.Advance(150);
        Assert.Equal([1, 2, 3, 4], HealthWorld.Healthy(cluster));
        _world.Advance(5000);
        Assert.Equal([1, 2, 3, 4], HealthWorld.Healthy(cluster)); // What it did before is forgotten.
    }

    [Fact]
    public void Nobody_fails_nobody_is_out() // In MOSN this divides by zero.
    {
        Cluster cluster = Regulated(3, Rules);
        for (int host = 1; host <= 3; host++)
        {
            Mix(cluster, host, total: 100, failed: 0);
        }
        _world.Advance(1050);
        Assert.Equal([1, 2, 3], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Windows_with_too_few_requests_are_added_up()
    {
        Cluster cluster = Regulated(3, Rules);
        for (int window = 0; window < 3; window++)
        {
            for (int host = 1; host <= 3; host++)
            {
                Mix(cluster, host, total: 4, failed: host == 1 ? 4 : 0);
            }
            Assert.Equal([1, 2, 3], HealthWorld.Healthy(cluster));
            _world.Advance(1010);
        }
        Assert.Equal([2, 3], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void Only_the_named_statuses_are_exceptions_and_those_of_requests_without_an_answer_are_502_and_504()
    {
        Cluster cluster = Regulated(4, Rules with { ExceptionTypes = [504, 418], MaxIpCount = 3 });
        for (int host = 1; host <= 4; host++)
        {
            Mix(cluster, host, total: 100, failed: 50, status: host == 1 ? 418 : 503);
        }
        _world.Advance(1050);
        Assert.Equal([2, 3, 4], HealthWorld.Healthy(cluster));

        Host host2 = cluster.Current.Hosts.All[1];
        for (int i = 0; i < 50; i++)
        {
            cluster.Observe(host2, _world.Loops[0], new TryOutcome(TryResult.TimedOut, 0, 1));
            cluster.Observe(cluster.Current.Hosts.All[2], _world.Loops[0], new TryOutcome(TryResult.ConnectFailed, 0, 1));
        }
        _world.Advance(1050);
        Assert.Equal([3, 4], HealthWorld.Healthy(cluster)); // A timeout is a 504, a refused connect is none.
    }

    [Theory]
    [InlineData(1, 0.0, 1)]
    [InlineData(3, 0.0, 3)]
    [InlineData(3, 0.2, 2)] // A fifth of ten.
    [InlineData(3, 0.01, 1)]
    [InlineData(0, 0.0, 0)]
    public void No_more_hosts_are_out_than_allowed(long count, double ratio, int expected)
    {
        Cluster cluster = Regulated(10, Rules with { MaxIpCount = count, MaxIpRatio = ratio });
        for (int host = 1; host <= 10; host++)
        {
            Mix(cluster, host, total: 100, failed: host <= 3 ? 50 + host : 0);
        }
        _world.Advance(1050);
        Assert.Equal(10 - expected, cluster.Current.Hosts.Healthy.Length);
        if (expected == 1)
        {
            Assert.DoesNotContain(3, HealthWorld.Healthy(cluster)); // The worst goes first.
        }
    }

    [Fact]
    public void Its_rules_and_those_of_the_cluster_judge_apart()
    {
        Cluster cluster = Regulated(5, Rules, new OutlierDetectionConfig { BaseEjectionTime = TimeSpan.FromSeconds(60) });
        Mix(cluster, 1, total: 5, failed: 5); // Five in a row, long before the window ends.
        Assert.Equal([2, 3, 4, 5], HealthWorld.Healthy(cluster));
        for (int host = 1; host <= 5; host++)
        {
            Mix(cluster, host, total: 100, failed: host == 1 ? 90 : 1);
        }
        _world.Advance(10_000);
        Assert.Equal([2, 3, 4, 5], HealthWorld.Healthy(cluster)); // Still by the rule that came first.
        Assert.Equal(0, _world.Count(OutlierMetrics.Enforced(OutlierKind.ExceptionRate)));
    }

    [Fact]
    public void The_filter_has_the_clusters_of_its_requests_watched()
    {
        using ProxyWorld world = new(ProxyWorld.Http(hosts: 3, listener: """
            , "stream_filters": [{ "type": "fault_tolerance", "config": {
                "enabled": true, "timeWindow": 1000, "leastWindowCount": 5, "exceptionRateMultiple": 2, "exceptionTypes": [500] } }]
            """));
        for (int i = 0; i < 3; i++)
        {
            string response = $"HTTP/1.1 {(i == 1 ? 500 : 200)} X\r\nContent-Length: 0\r\n\r\n";
            world.Upstream(
                peer => peer.OnInput = self =>
                {
                    self.ClearReceived();
                    self.Send(response);
                },
                i);
        }
        Cluster cluster = world.Runtime.Clusters.Get("upstream").Current!;
        Assert.Empty(cluster.Current.Observers);
        MemoryPeer client = world.Client();
        for (int i = 0; i < 40; i++)
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            world.Run();
        }
        Assert.Single(cluster.Current.Observers);
        Assert.Equal(3, cluster.Current.Hosts.Healthy.Length);
        world.Advance(1050);
        Assert.Equal(2, cluster.Current.Hosts.Healthy.Length);
        Assert.Equal(HostHealth.FailedOutlierCheck, cluster.Current.Hosts.All[1].Health);

        world.Runtime.Clusters.Remove("upstream");
        world.Run();
        Assert.Equal(0, world.Runtime.Health.ClusterCount);
    }

    [Theory]
    [InlineData("\"exceptionRateMultiple\": 1", "a number above 1")]
    [InlineData("\"timeWindow\": 9", "out of range")]
    [InlineData("\"leastWindowCount\": 0", "out of range")]
    [InlineData("\"maxIpRatio\": 1.5", "a number from 0 to 1")]
    [InlineData("\"exceptionTypes\": [99]", "not a status code")]
    public void A_rule_that_makes_no_sense_is_an_error(string rule, string problem)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small(inListener:
            $$""" "stream_filters": [{"type": "fault_tolerance", "config": {"enabled": true, {{rule}} } }], """));
        Assert.Contains(problem, Assert.Single(ConfigSamples.Errors(result)));
    }

    private static TryOutcome Answer(int status) => new(TryResult.Answered, status, 1);

    private Cluster Regulated(int hosts, FaultToleranceFilterConfig rules, OutlierDetectionConfig? outliers = null)
    {
        Cluster cluster = _world.Apply(HealthWorld.Config(hosts, null, outliers));
        _world.Monitor.Regulate(() => cluster, rules);
        _world.Network.RunUntilIdle();
        return cluster;
    }

    private void Mix(Cluster cluster, int number, int total, int failed, int status = 503)
    {
        Host host = cluster.Current.Hosts.All[number - 1];
        for (int i = 0; i < total; i++)
        {
            cluster.Observe(host, _world.Loops[i % 2], Answer(i < failed ? status : 200));
        }
        _world.Network.RunUntilIdle();
    }
}
