using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Discovery;

public class StrictDnsTests
{
    private readonly DiscoveryWorld _world = new();

    [Fact]
    public void All_addresses_of_all_names_are_hosts_sorted_and_each_once()
    {
        _world.Server.Set("b.test", "10.0.0.9", "10.0.0.1");
        _world.Server.Set("a.test", "10.0.0.1", "10.0.0.2");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("b.test", "a.test", "a.test:8080", "10.0.0.3:81"));
        Assert.Equal(
            ["10.0.0.1:80", "10.0.0.1:8080", "10.0.0.2:80", "10.0.0.2:8080", "10.0.0.3:81", "10.0.0.9:80"],
            DiscoveryWorld.Hosts(cluster));
        Assert.Equal("10.0.0.9:80", cluster.Current.Hosts.All[^1].AddressText);
    }

    [Fact]
    public void Hosts_inherit_what_is_configured_for_their_name()
    {
        _world.Server.Set("a.test", "10.0.0.1", "10.0.0.2");
        HostConfig host = DiscoveryWorld.Host("a.test") with
        {
            Weight = 7,
            HostName = "shop",
            Metadata = new Dictionary<string, string> { ["zone"] = "z" },
        };
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict() with { Hosts = [host] });
        Assert.All(cluster.Current.Hosts.All.ToArray(), found =>
            Assert.Equal((7, "shop", "z"), (found.Weight, found.HostName, found.Metadata["zone"])));
    }

    [Theory]
    [InlineData(DnsLookupFamily.V4Only, "10.0.0.1:80")]
    [InlineData(DnsLookupFamily.V6Only, "[fd00::1]:80,[fd00::2]:80")]
    [InlineData(DnsLookupFamily.Auto, "10.0.0.1:80,[fd00::1]:80,[fd00::2]:80")]
    [InlineData(DnsLookupFamily.V4Preferred, "10.0.0.1:80,[fd00::2]:80")]
    [InlineData(DnsLookupFamily.All, "10.0.0.1:80,[fd00::1]:80,[fd00::2]:80")]
    internal void The_family_decides_which_addresses_count(DnsLookupFamily family, string hosts)
    {
        _world.Server.Set("both.test", "10.0.0.1", "fd00::1");
        _world.Server.Set("six.test", "fd00::2");
        _world.Server.Set("four.test", "10.0.0.1");
        Cluster cluster = _world.Apply(
            DiscoveryWorld.Strict("both.test", "six.test", "four.test") with { DnsLookupFamily = family });
        Assert.Equal(hosts.Split(','), DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void A_name_is_asked_for_again_at_the_refresh_rate()
    {
        _world.Server.Set("a.test", ttlSeconds: 60, "10.0.0.1");
        Cluster cluster = _world.Apply(
            DiscoveryWorld.Strict("a.test") with { DnsRefreshRate = TimeSpan.FromSeconds(3) });
        _world.Server.Set("a.test", ttlSeconds: 60, "10.0.0.2");
        _world.Network.Advance(2_990);
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));
        _world.Network.Advance(20);
        Assert.Equal(["10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));
        Assert.Equal(2, _world.Server.Asked.Count);
    }

    [Fact]
    public void Without_a_refresh_rate_it_is_five_seconds()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        _world.Apply(DiscoveryWorld.Strict("a.test") with { DnsRefreshRate = TimeSpan.Zero });
        _world.Network.Advance(15_100);
        Assert.Equal(4, _world.Server.Asked.Count);
    }

    [Fact]
    public void A_life_in_the_answer_is_respected_if_that_is_asked_for()
    {
        _world.Server.Set("a.test", ttlSeconds: 60, "10.0.0.1");
        _world.Apply(DiscoveryWorld.Strict("a.test") with { RespectDnsTtl = true });
        _world.Network.Advance(60_900);
        Assert.Single(_world.Server.Asked);
        _world.Network.Advance(200);
        Assert.Equal(2, _world.Server.Asked.Count);
    }

    [Fact]
    public void An_answer_that_says_the_same_changes_nothing_and_hosts_that_stay_are_kept()
    {
        _world.Server.Set("a.test", "10.0.0.1", "10.0.0.2");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        HostSet before = cluster.Current.Hosts;
        _world.Server.Set("a.test", "10.0.0.2", "10.0.0.1");
        _world.Network.Advance(5_100);
        Assert.Same(before, cluster.Current.Hosts);

        _world.Server.Set("a.test", "10.0.0.2", "10.0.0.3");
        _world.Network.Advance(5_100);
        Assert.Same(before.All[1], cluster.Current.Hosts.All[0]);
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], DiscoveryWorld.Hosts(cluster));
        Assert.Equal(3, Metric(DiscoveryMetric.ResolutionTotal));
        Assert.Equal(2, Metric(DiscoveryMetric.HostsChanged));
    }

    [Fact]
    public void A_failure_keeps_the_last_good_answer_and_is_tried_again_with_back_off()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        Cluster cluster = _world.Apply(
            DiscoveryWorld.Strict("a.test") with { DnsRefreshRate = TimeSpan.FromMinutes(1) });
        _world.Server.IsDown = true;
        _world.Network.Advance(60_100);
        List<long> times = [];
        for (int seen = _world.Server.Asked.Count; times.Count < 7; seen = _world.Server.Asked.Count)
        {
            long before = _world.Network.Clock.NowMs;
            Assert.True(_world.Network.AdvanceUntil(() => _world.Server.Asked.Count > seen, 60_000));
            times.Add(_world.Network.Clock.NowMs - before);
        }
        foreach ((long waitedMs, int atLeastS) in times.Zip([1, 2, 4, 8, 16, 30, 30]))
        {
            Assert.InRange(waitedMs, (atLeastS * 1000) - 101, (atLeastS * 1250) + 5);
        }
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));
        Assert.Equal(_world.Server.Asked.Count - 1, Metric(DiscoveryMetric.ResolutionFailed));

        _world.Server.IsDown = false;
        _world.Server.Set("a.test", "10.0.0.2");
        _world.Network.Advance(40_000);
        Assert.Equal(["10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void A_name_that_is_gone_keeps_its_hosts_as_in_MOSN()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        _world.Server.Set("a.test");
        _world.Network.Advance(20_000);
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void A_lost_answer_about_one_family_moves_no_traffic_to_the_other()
    {
        _world.Server.Set("a.test", "10.0.0.1", "fd00::1");
        Cluster all = _world.Apply(DiscoveryWorld.Strict("a.test") with { DnsLookupFamily = DnsLookupFamily.All });
        Cluster preferred = _world.Apply(
            DiscoveryWorld.Strict("a.test") with { Name = "d", DnsLookupFamily = DnsLookupFamily.Auto });
        _world.Server.Set("a.test", DnsRecordKind.IPv6, new DnsAnswer(DnsOutcome.Failed, "refused"));
        _world.Server.Set("a.test", DnsRecordKind.IPv4, new DnsAnswer(DnsOutcome.Found) { Addresses = [new([10, 0, 0, 2])] });
        _world.Network.Advance(5_100);
        Assert.Equal(["10.0.0.2:80", "[fd00::1]:80"], DiscoveryWorld.Hosts(all));
        Assert.Equal(["[fd00::1]:80"], DiscoveryWorld.Hosts(preferred));
    }

    [Fact]
    public void An_update_keeps_the_hosts_until_its_new_names_have_answers()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        Host kept = cluster.Current.Hosts.All[0];
        _world.Server.Holds = true;
        _world.Server.Set("b.test", "10.0.0.2");
        _world.Apply(DiscoveryWorld.Strict("b.test"));
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));

        _world.AnswerAll();
        Assert.Equal(["10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));

        _world.Apply(DiscoveryWorld.Strict("b.test", "10.0.0.1:80") with { ConnectTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));
        Assert.NotSame(kept, cluster.Current.Hosts.All[0]);
    }

    [Fact]
    public void An_answer_to_a_question_of_before_an_update_is_not_looked_at()
    {
        _world.Server.Holds = true;
        _world.Server.Set("a.test", "10.0.0.1", "fd00::1");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        Assert.Equal(1, _world.Server.HeldCount);
        _world.Apply(DiscoveryWorld.Strict("a.test") with { DnsLookupFamily = DnsLookupFamily.V6Only });
        Assert.Equal(["a.test IPv4", "a.test IPv6"], _world.Server.Asked);
        Assert.Equal(1, _world.Server.HeldCount);
        _world.AnswerAll();
        Assert.Equal(["[fd00::1]:80"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void A_cluster_that_goes_under_a_question_gives_it_up()
    {
        _world.Server.Holds = true;
        _world.Server.Set("a.test", "10.0.0.1");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test", "b.test"));
        _world.Upstream.Directory.Remove("c");
        _world.Network.RunUntilIdle();
        Assert.Equal(0, _world.Server.HeldCount);
        _world.AnswerAll();
        _world.Network.Advance(100_000);
        Assert.Empty(DiscoveryWorld.Hosts(cluster));
        Assert.Equal(2, _world.Server.Asked.Count);
        Assert.Equal(0, _world.Loop.Timers.Count);
        Assert.DoesNotContain(_world.Upstream.Registry.Snapshot(), static group => group.Schema.Type == "discovery");
    }

    [Fact]
    public void A_cluster_that_names_its_hosts_no_more_is_left_alone()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        _world.Apply(DiscoveryWorld.Strict("10.0.0.7:80") with { Type = ClusterType.Simple });
        _world.Network.Advance(100_000);
        Assert.Equal(["10.0.0.7:80"], DiscoveryWorld.Hosts(cluster));
        Assert.Single(_world.Server.Asked);
    }

    [Fact]
    public void A_cluster_that_names_its_hosts_from_now_on_keeps_the_old_ones_until_there_are_answers()
    {
        ClusterConfig before = DiscoveryWorld.Strict("10.0.0.1:80") with { Type = ClusterType.Simple };
        Cluster cluster = _world.Apply(before);
        _world.Server.IsDown = true;
        _world.Apply(DiscoveryWorld.Strict("a.test"));
        Assert.Single(_world.Server.Asked);
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));

        _world.Apply(before);
        _world.Server.IsDown = false;
        _world.Server.Holds = true;
        _world.Server.Set("a.test", "10.0.0.2");
        _world.Apply(DiscoveryWorld.Strict("a.test", "10.0.0.7:80"));
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));
        _world.AnswerAll();
        Assert.Equal(["10.0.0.2:80", "10.0.0.7:80"], DiscoveryWorld.Hosts(cluster));

        _world.Apply(before);
        _world.Apply(DiscoveryWorld.Strict());
        Assert.Empty(DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void An_answer_that_crosses_an_update_to_hosts_without_names_does_not_replace_them()
    {
        _world.Server.Holds = true;
        _world.Server.Set("a.test", "10.0.0.1");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        _world.Server.AnswerAll(); // On its way to the loop, before what the update posts.
        _world.Apply(DiscoveryWorld.Strict("10.0.0.7:80") with { Type = ClusterType.Simple });
        Assert.Equal(["10.0.0.7:80"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void Hosts_that_an_API_gives_are_names_too()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        _world.Server.Set("b.test", "10.0.0.2");
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        Assert.Null(_world.Upstream.Directory.AppendHosts("c", [DiscoveryWorld.Host("b.test")]));
        _world.Network.RunUntilIdle();
        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));
        _world.Upstream.Directory.RemoveHosts("c", new HashSet<NetworkAddress> { NetworkAddress.FromName("a.test", 80) });
        _world.Network.RunUntilIdle();
        Assert.Equal(["10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void Of_thousands_of_names_a_bounded_number_is_asked_for_at_a_time()
    {
        const int Count = 5_000;
        _world.Server.Holds = true;
        string[] names = [.. Enumerable.Range(0, Count).Select(i => $"n{i}.test")];
        for (int i = 0; i < Count; i++)
        {
            _world.Server.Set(names[i], $"10.1.{i / 256}.{i % 256}");
        }
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict(names) with { DnsRefreshRate = TimeSpan.FromHours(1) });
        Task first = _world.Discovery.FirstAnswersAsync(1_000_000);
        _world.Network.RunUntilIdle();
        for (int asked = 0; asked < Count; asked += DnsDiscovery.AskedAtOnceMax)
        {
            Assert.Equal(Math.Min(DnsDiscovery.AskedAtOnceMax, Count - asked), _world.Server.HeldCount);
            _world.AnswerAll();
        }
        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal(Count, cluster.HostCount);
        Assert.Equal(Count, _world.Server.Asked.Count);
        Assert.InRange(Metric(DiscoveryMetric.HostsChanged), 1, 10);
    }

    [Fact]
    public void Many_answers_that_change_are_taken_over_together()
    {
        const int Count = 300;
        Set(version: 1);
        Cluster cluster = _world.Apply(
            DiscoveryWorld.Strict([.. Enumerable.Range(0, Count).Select(static i => $"n{i}.test")]));
        long before = Metric(DiscoveryMetric.HostsChanged);
        Set(version: 2);
        _world.Network.Advance(5_200);
        Assert.All(DiscoveryWorld.Hosts(cluster), static host => Assert.StartsWith("10.2.", host, StringComparison.Ordinal));
        Assert.Equal(Count, cluster.HostCount);
        Assert.InRange(Metric(DiscoveryMetric.HostsChanged) - before, 1, 3);

        void Set(int version)
        {
            for (int i = 0; i < Count; i++)
            {
                _world.Server.Set($"n{i}.test", $"10.{version}.{i / 256}.{i % 256}");
            }
        }
    }

    [Fact]
    public void Thousands_of_answers_at_once_do_not_nest()
    {
        string[] names = [.. Enumerable.Range(0, 20_000).Select(i => $"n{i}.test")];
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict(names) with { DnsRefreshRate = TimeSpan.FromHours(1) });
        Assert.Equal(20_000, _world.Server.Asked.Count);
        Assert.Equal(0, cluster.HostCount);
    }

    [Fact]
    public void A_question_that_nobody_answers_is_given_up()
    {
        _world.Server.Holds = true;
        Cluster cluster = _world.Apply(DiscoveryWorld.Strict("a.test"));
        _world.Network.Advance(20_100);
        Assert.Equal(0, _world.Server.HeldCount);
        _world.Server.Set("a.test", "10.0.0.1");
        _world.AnswerAll();
        Assert.Empty(DiscoveryWorld.Hosts(cluster));
        _world.Network.Advance(1_300);
        Assert.Equal(2, _world.Server.Asked.Count);
        _world.AnswerAll();
        Assert.Equal(["10.0.0.1:80"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void Who_waits_for_the_first_answers_waits_a_bounded_time()
    {
        _world.Server.Holds = true;
        _world.Apply(DiscoveryWorld.Strict("a.test"));
        Task first = _world.Discovery.FirstAnswersAsync(5_000);
        _world.Network.Advance(4_900);
        Assert.False(first.IsCompleted);
        _world.Network.Advance(200);
        Assert.True(first.IsCompletedSuccessfully);

        Task second = _world.Discovery.FirstAnswersAsync(5_000);
        _world.Network.RunUntilIdle();
        _world.AnswerAll();
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void Nobody_waits_for_the_first_answer_about_a_name_that_was_taken_away()
    {
        _world.Server.Holds = true;
        _world.Apply(DiscoveryWorld.Strict("a.test", "10.0.0.1:80"));
        Task first = _world.Discovery.FirstAnswersAsync(5_000);
        _world.Network.RunUntilIdle();
        Assert.False(first.IsCompleted);
        _world.Apply(DiscoveryWorld.Strict("10.0.0.1:80"));
        Assert.True(first.IsCompletedSuccessfully);
    }

    [Fact]
    public void Clusters_with_the_same_name_servers_share_them()
    {
        for (int i = 0; i < 100; i++)
        {
            string[] servers = [i % 2 == 0 ? "127.0.0.1" : "127.0.0.2"];
            _world.Apply(DiscoveryWorld.Strict("a.test") with
            {
                Name = $"c{i}",
                DnsResolvers = new DnsResolversConfig { Servers = servers },
            });
        }
        Assert.Equal(2, _world.Opened.Count);
    }

    [Fact]
    public void Name_servers_that_are_dead_do_not_hold_up_the_others()
    {
        _world.Other.Holds = true;
        string[] names = [.. Enumerable.Range(0, 500).Select(static i => $"n{i}.test")];
        _world.Apply(DiscoveryWorld.Strict(names) with
        {
            Name = "dead",
            DnsResolvers = new DnsResolversConfig { Servers = ["127.0.0.1:54"] },
        });
        _world.Server.Set("a.test", "10.0.0.1");
        _world.Apply(DiscoveryWorld.Strict("a.test"));
        _world.Network.Advance(200_000); // Each name has failed once.
        int asked = _world.Server.Asked.Count;
        _world.Network.Advance(60_000);
        Assert.InRange(_world.Server.Asked.Count - asked, 11, 12); // Every five seconds.
        Assert.Equal(DnsDiscovery.FailingAskedAtOnceMax, _world.Other.HeldCount);
    }

    [Fact]
    public void Suffixes_are_tried_before_or_after_the_name_itself_as_its_dots_say()
    {
        DnsResolversConfig resolvers = new() { Servers = ["127.0.0.1:5353"], Search = ["one.test", "two.test."], Ndots = 2 };
        _world.Server.Set("a.b.two.test", "10.0.0.1");
        _world.Server.Set("a.b.c.two.test", "10.0.0.2");
        Cluster cluster = _world.Apply(
            DiscoveryWorld.Strict("a.b", "a.b.c", "a.") with { DnsResolvers = resolvers });
        Assert.Equal(["10.0.0.1:80", "10.0.0.2:80"], DiscoveryWorld.Hosts(cluster));
        Assert.Equal(
            [
                "a.b.one.test IPv4", "a.b.two.test IPv4", "a.b.c IPv4", "a.b.c.one.test IPv4", "a.b.c.two.test IPv4", "a IPv4",
            ],
            _world.Server.Asked);
    }

    [Fact]
    public void A_resolver_file_that_changes_is_read_again()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "nameserver 10.9.9.1\n");
            _world.Apply(DiscoveryWorld.Strict("a.test") with { DnsResolvers = null, DnsResolverFile = file, DnsResolverPort = "54" });
            File.WriteAllText(file, "nameserver 10.9.9.2\n");
            _world.Network.Advance(30_000);
            Assert.Equal(
                ["10.9.9.1:54", "10.9.9.2:54"], _world.Opened.Select(static settings => settings.Servers[0].ToString()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private long Metric(DiscoveryMetric metric) =>
        _world.Upstream.Registry.GetOrAdd(DiscoveryMetrics.Schema, ("cluster", "c")).Read((int)metric);
}
