using Mosn.Testing;

namespace Mosn.Tests.Admin;

public sealed class HostUpdateTests : IDisposable
{
    private const string Hosts = "/api/v1/hosts?cluster=upstream";

    private readonly UpdateWorld _world = new();

    public HostUpdateTests()
    {
        _world.Answering(0);
        _world.Answering(1);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Hosts_are_added_and_removed()
    {
        AdminReply added = _world.Send("POST", Hosts, """[{"address":"127.0.0.1:9001","weight":2}]""");
        Assert.Equal("cluster 'upstream': 127.0.0.1:9001 added", added.Json.GetProperty("changed").GetString());
        Assert.Equal(["127.0.0.1:9001", "127.0.0.1:9000"], Dumped());
        Assert.Equal(["0", "1"], Answers());

        AdminReply removed = _world.Send("DELETE", Hosts + "&address=127.0.0.1:9000");
        Assert.Equal("cluster 'upstream': 127.0.0.1:9000 removed", removed.Json.GetProperty("changed").GetString());
        Assert.Equal(["127.0.0.1:9001"], Dumped());
        Assert.Equal(["1"], Answers());
    }

    [Fact]
    public void Hosts_are_replaced_as_a_whole_and_those_that_stay_keep_their_connections()
    {
        MemoryHost stays = _world.Answering(2);
        _world.Send("PUT", Hosts, """[{"address":"127.0.0.1:9002"}]""");
        Assert.Equal(["2"], Answers());
        int connections = stays.Peers.Count;
        _world.Send("PUT", Hosts, """[{"address":"127.0.0.1:9001"},{"address":"127.0.0.1:9002"}]""");
        Assert.Equal(["1", "2"], Answers());
        Assert.Equal(connections, stays.Peers.Count);

        Assert.Equal(
            "cluster 'upstream': no hosts are the hosts now",
            _world.Send("PUT", Hosts, "[]").Json.GetProperty("changed").GetString());
        Assert.NotEqual(200, _world.Ask().Status);
    }

    [Theory]
    [InlineData("POST", "/api/v1/hosts?cluster=none", "[]", 404, "there is no cluster 'none'")]
    [InlineData("DELETE", "/api/v1/hosts?cluster=none&address=127.0.0.1:1", "", 404, "there is no cluster 'none'")]
    [InlineData("DELETE", Hosts + "&address=127.0.0.1:9000&address=127.0.0.1:1", "", 404, "cluster 'upstream' has no host 127.0.0.1:1")]
    [InlineData("DELETE", Hosts, "", 400, "'address' must say which hosts; it may be given several times")]
    [InlineData("DELETE", Hosts + "&address=x", "", 400, "not an address: 'x'")]
    [InlineData("POST", Hosts, "{}", 400, "1 error in the body; nothing was changed")]
    [InlineData("POST", Hosts, "[{}]", 400, "1 error in the body; nothing was changed")]
    [InlineData("POST", Hosts, """[{"address":"127.0.0.1:0"},{"address":5}]""", 400, "2 errors in the body; nothing was changed")]
    [InlineData(
        "POST", Hosts, """[{"address":"127.0.0.1:9001"},{"address":"no.test:80"}]""", 400,
        "no address for the host name 'no.test'")]
    [InlineData("POST", Hosts, "", 400, "1 error in the body; nothing was changed")]
    [InlineData("POST", "/api/v1/hosts", "[]", 400, "the parameter 'cluster' must be given once and not be empty")]
    public void What_is_wrong_changes_nothing(string method, string target, string body, int status, string error)
    {
        AdminReply reply = _world.Send(method, target, body);
        Assert.Equal((status, error), (reply.Status, reply.Json.GetProperty("error").GetString()));
        Assert.Equal(["127.0.0.1:9000"], Dumped());
        Assert.Equal(["0"], Answers());
    }

    [Fact]
    public void A_host_may_be_a_name()
    {
        Assert.Equal(200, _world.Send("PUT", Hosts, $$"""[{"address":"{{UpdateWorld.KnownName}}:9001"}]""").Status);
        Assert.Equal(["1"], Answers());
        Assert.Equal([$"{UpdateWorld.KnownName}:9001"], Dumped());
    }

    [Fact]
    public void Changes_wait_for_their_turn_and_a_name_that_is_never_resolved_holds_them_up_for_a_bounded_time()
    {
        _world.NamesHeld = new TaskCompletionSource();
        MemoryPeer first = _world.Begin("POST", Hosts, $$"""[{"address":"{{UpdateWorld.KnownName}}:9001"}]""");
        MemoryPeer second = _world.Begin("POST", Hosts, """[{"address":"127.0.0.1:9002"}]""");
        MemoryPeer third = _world.Begin("DELETE", Hosts + "&address=127.0.0.1:9002", "");
        Assert.Equal(["127.0.0.1:9000"], Dumped());
        Assert.Equal("", first.ReceivedText + second.ReceivedText + third.ReceivedText);

        _world.Proxy.Advance(9_900);
        Assert.Equal("", first.ReceivedText);
        _world.Proxy.Advance(200);
        for (int i = 0; !third.InputEnded && i < 1_000_000; i++)
        {
            _world.Proxy.Run();
            Thread.Yield();
        }
        Assert.Equal(400, new AdminReply(first.ReceivedText).Status);
        Assert.Equal(200, new AdminReply(second.ReceivedText).Status);
        Assert.Equal(200, new AdminReply(third.ReceivedText).Status);
        Assert.Equal(["127.0.0.1:9000"], Dumped());
    }

    [Fact]
    public void A_client_that_leaves_does_not_undo_its_change()
    {
        _world.NamesHeld = new TaskCompletionSource();
        MemoryPeer client = _world.Begin("PUT", Hosts, $$"""[{"address":"{{UpdateWorld.KnownName}}:9001"}]""");
        client.Reset();
        _world.Proxy.Run();
        _world.NamesHeld.SetResult();
        for (int i = 0; _world.Log.Lines.Count == 0 && i < 1_000_000; i++)
        {
            _world.Proxy.Run();
            Thread.Yield();
        }
        Assert.Matches(
            @"^Information: admin: PUT /api/v1/hosts from 127\.0\.0\.1:\d+: 200: cluster 'upstream': known.test:9001 are the hosts now$",
            Assert.Single(_world.Log.Lines));
        Assert.Equal(["1"], Answers());
    }

    [Fact]
    public void Clusters_are_added_replaced_and_removed()
    {
        const string Clusters = "/api/v1/clusters";
        const string Other = """{"name":"other","type":"SIMPLE","lb_type":"LB_RANDOM","hosts":[{"address":"127.0.0.1:9001"}]}""";
        Assert.Equal("cluster 'other' added", _world.Send("PUT", Clusters, Other).Json.GetProperty("changed").GetString());
        AdminReply led = _world.Send(
            "PUT", "/api/v1/routes?router=router&index=0", """{"match":{"prefix":"/"},"route":{"cluster_name":"other"} }""");
        Assert.Empty(led.Json.GetProperty("problems").EnumerateArray());
        Assert.Equal(["1"], Answers());

        _world.Answering(2);
        Assert.Equal(
            "cluster 'other' replaced",
            _world.Send("PUT", Clusters, Other.Replace("9001", "9002", StringComparison.Ordinal)).Json.GetProperty("changed").GetString());
        Assert.Equal(["2"], Answers());
        Assert.Equal("LB_RANDOM", _world.Get("/api/v1/config_dump?cluster=other").Json.GetProperty("lb_type").GetString());

        Assert.Equal(200, _world.Send("DELETE", Clusters + "?cluster=other").Status);
        Assert.Equal(404, _world.Send("DELETE", Clusters + "?cluster=other").Status);
        Assert.Equal(404, _world.Get("/api/v1/config_dump?cluster=other").Status);
        Assert.NotEqual(200, _world.Ask().Status);
        Assert.Equal(200, _world.Get(Clusters).Status);
    }

    [Fact]
    public void A_cluster_that_resolves_names_takes_names_and_is_ready_when_the_answer_comes()
    {
        FakeNameServer names = new();
        names.Set("a.test", "127.0.0.1");
        using UpdateWorld world = new(names: names);
        world.Answering(1);
        string cluster = """
            {"name":"upstream","type":"STRICT_DNS","lb_type":"LB_RANDOM","dns_resolvers":{"servers":["127.0.0.1"]},
             "hosts":[{"address":"a.test:9001"}]}
            """;
        Assert.Equal(200, world.Send("PUT", "/api/v1/clusters", cluster).Status);
        Assert.Equal((200, "1"), world.Ask());
        Assert.Equal(404, world.Send("DELETE", Hosts + "&address=127.0.0.1:9001").Status);
        Assert.Equal(200, world.Send("DELETE", Hosts + "&address=a.test:9001").Status);
        Assert.NotEqual(200, world.Ask().Status);
    }

    [Fact]
    public void The_hosts_of_some_clusters_are_nobody_elses_business()
    {
        _world.Send("PUT", "/api/v1/clusters", """{"name":"orig","type":"ORIGINAL_DST","lb_type":"LB_ORIGINAL_DST"}""");
        AdminReply original = _world.Send("POST", "/api/v1/hosts?cluster=orig", """[{"address":"127.0.0.1:9001"}]""");
        Assert.Equal(400, original.Status);
        Assert.Equal(400, _world.Send("DELETE", "/api/v1/hosts?cluster=orig&address=127.0.0.1:9001").Status);
    }

    [Fact]
    public void A_body_as_large_as_configuration_is_has_a_bound()
    {
        string hosts = string.Join(
            ',',
            Enumerable.Range(0, 10_000).Select(static i => $$"""{"address":"10.0.{{i / 256}}.{{i % 256}}:9001"}"""));
        Assert.Equal(200, _world.Send("POST", Hosts, $"[{hosts}]").Status);
        Assert.Equal(10_001, Dumped().Length);
        Assert.Equal(413, _world.Send("POST", Hosts, $"[{hosts},{hosts},{hosts}]{new string(' ', 200_000)}").Status);
        Assert.Equal(10_001, Dumped().Length);
    }

    private string[] Dumped() =>
    [
        .. _world.Get("/api/v1/config_dump?cluster=upstream").Json.GetProperty("hosts").EnumerateArray()
            .Select(static host => host.GetProperty("address").GetString()!),
    ];

    /// <summary>Which hosts answer, sorted.</summary>
    private string[] Answers() =>
        [.. Enumerable.Range(0, 12).Select(_ => _world.Ask().Body).Distinct().Order(StringComparer.Ordinal)];
}
