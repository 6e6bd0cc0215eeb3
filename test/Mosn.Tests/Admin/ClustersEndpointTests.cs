using System.Text.Json;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Tests.Health;
using Mosn.Tests.Upstream;
using Host = Mosn.Proxy.Upstream.Host;

namespace Mosn.Tests.Admin;

public sealed class ClustersEndpointTests : IDisposable
{
    private readonly AdminWorld _admin = new();
    private readonly HealthWorld _world = new();

    public void Dispose()
    {
        _world.Dispose();
        _admin.Dispose();
    }

    [Fact]
    public void Hosts_are_shown_with_the_reason_why_they_get_nothing()
    {
        Show();
        using JsonDocument json = JsonDocument.Parse(_admin.Get("/api/v1/clusters").Body);
        JsonElement[] clusters = [.. json.RootElement.GetProperty("clusters").EnumerateArray()];
        Assert.Equal(["a", "c"], clusters.Select(static cluster => cluster.GetProperty("name").GetString()));
        Assert.Equal(1, clusters[1].GetProperty("healthy").GetInt32());
        Assert.Equal(3, clusters[1].GetProperty("hosts_total").GetInt32());
        JsonElement[] hosts = [.. clusters[1].GetProperty("hosts").EnumerateArray()];
        Assert.Equal(
            ["healthy passed", "failed_active_check failed", "failed_outlier_check passed"],
            hosts.Select(static host =>
                $"{host.GetProperty("health").GetString()} {host.GetProperty("last_check").GetString()}"));
        Assert.Equal("10.0.0.1:80", hosts[0].GetProperty("address").GetString());
        Assert.Equal(2, hosts[0].GetProperty("active_requests").GetInt64());
        Assert.Equal(0, hosts[0].GetProperty("active_connections").GetInt64());
        Assert.False(hosts[0].TryGetProperty("ejected_until", out _));

        DateTime now = _world.Network.Clock.GetUtcNow().UtcDateTime;
        Assert.InRange(hosts[2].GetProperty("ejected_until").GetDateTime() - now, TimeSpan.FromSeconds(28), TimeSpan.FromSeconds(30));
        Assert.InRange(now - hosts[1].GetProperty("last_check_time").GetDateTime(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void One_cluster_can_be_asked_for_and_a_table_instead_of_json()
    {
        Show();
        string table = _admin.Get("/api/v1/clusters?format=text&cluster=c").Body;
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("c 10.0.0.1:80 weight=1 health=healthy requests=2 connections=0 last_check=passed", lines[0]);
        Assert.Contains(" ejected_until=20", lines[2]);

        Assert.Equal("a 10.1.0.1:80 weight=1 health=healthy requests=0 connections=0\n",
            _admin.Get("/api/v1/clusters?format=text&cluster=a").Body);
        Assert.Equal(404, _admin.Get("/api/v1/clusters?cluster=x").Status);
        Assert.Equal(400, _admin.Get("/api/v1/clusters?format=xml").Status);
        Assert.Equal(405, _admin.Post("/api/v1/clusters", "").Status);
    }

    [Fact]
    public void Without_clusters_the_list_is_empty() =>
        Assert.Equal("", _admin.Get("/api/v1/clusters?format=text").Body);

    /// <summary>Three hosts: a good one, one that is dead, and one whose answers are bad.</summary>
    private void Show()
    {
        _world.Open(1);
        _world.Open(3);
        Cluster cluster = _world.Apply(HealthWorld.Config(3, HealthWorld.Checks, new OutlierDetectionConfig()));
        _world.Advance(1100);
        Host[] hosts = [.. cluster.Current.Hosts.All];
        hosts[0].Metrics.Add(0, UpstreamMetric.RequestActive, 2);
        for (int i = 0; i < 5; i++)
        {
            cluster.Observe(hosts[2], _world.Loops[0], new TryOutcome(TryResult.Answered, 500, 1));
        }
        _world.Advance(100);
        _admin.Clusters = [cluster, _world.Apply(UpstreamWorld.Config("a", "10.1.0.1:80"))];
    }
}
