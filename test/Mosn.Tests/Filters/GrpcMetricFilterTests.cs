using Mosn.Proxy.Filters;
using Mosn.Proxy.Observability;
using Mosn.Testing;
using Mosn.Tests.Forwarding;

namespace Mosn.Tests.Filters;

/// <summary>Calls are counted by their method, up to a number of methods.</summary>
public sealed class GrpcMetricFilterTests
{
    [Fact]
    public void A_method_has_its_calls_its_successes_its_failures_and_its_statuses()
    {
        using GrpcWorld world = World();
        Call(world, "/a.B/C", 0);
        Call(world, "/a.B/C", 14);
        Call(world, "/a.B/C", 99);
        Call(world, "/a.B/D", 0);
        Assert.Equal(3, Read(world, "/a.B/C", GrpcMetrics.RequestTotal));
        Assert.Equal(1, Read(world, "/a.B/C", GrpcMetrics.ResponseSucceeded));
        Assert.Equal(2, Read(world, "/a.B/C", GrpcMetrics.ResponseFailed));
        Assert.Equal(1, Read(world, "/a.B/C", GrpcMetrics.OfStatus(0)));
        Assert.Equal(1, Read(world, "/a.B/C", GrpcMetrics.OfStatus(14)));
        Assert.Equal(1, Read(world, "/a.B/C", GrpcMetrics.OfStatus(17)));
        Assert.Equal(3, Group(world, "/a.B/C").ReadHistogram(GrpcMetrics.DurationTime).Count);
        Assert.Equal(1, Read(world, "/a.B/D", GrpcMetrics.RequestTotal));
    }

    [Fact]
    public void The_first_methods_have_counters_of_their_own_and_the_others_share()
    {
        using GrpcWorld world = World(""", "config": { "max_methods": 2 } """);
        foreach (string path in (string[])["/a/1", "/a/2", "/a/3", "/a/1", "/a/4"])
        {
            Call(world, path, 0);
        }
        Assert.Equal(2, Read(world, "/a/1", GrpcMetrics.RequestTotal));
        Assert.Equal(1, Read(world, "/a/2", GrpcMetrics.RequestTotal));
        Assert.Equal(2, Read(world, "other", GrpcMetrics.RequestTotal));
        Assert.Equal(3, world.Proxy.Metrics.Snapshot().Count(static group => group.Schema == GrpcMetrics.Schema));
    }

    [Fact]
    public void A_method_that_no_server_has_takes_no_place()
    {
        using GrpcWorld world = World();
        Call(world, "/a/none", 12);
        Call(world, "/a/" + new string('x', 300), 0);
        foreach (int status in (int[])[7, 14, 16])
        {
            Call(world, $"/a/not-asked-{status}", status);
        }
        world.Call(path: "/a/gateway");
        world.Answer("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
        world.Call(path: "/a/page");
        world.Answer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi");
        world.Call(path: "/a/lost");
        world.Asked.Reset();
        world.Proxy.Run();
        Assert.Equal(8, Read(world, "other", GrpcMetrics.RequestTotal));
        Assert.Equal(1, world.Proxy.Metrics.Snapshot().Count(static group => group.Schema == GrpcMetrics.Schema));
    }

    [Fact]
    public void Calls_that_no_host_got_are_counted_together()
    {
        using GrpcWorld world = World(hosts: 0);
        world.Call(path: "/a/1");
        world.Call(path: "/a/2");
        Assert.Equal(2, Read(world, "other", GrpcMetrics.OfStatus(14)));
    }

    [Fact]
    public void Other_requests_are_not_counted()
    {
        using GrpcWorld world = World();
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n");
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(0, Read(world, "other", GrpcMetrics.RequestTotal));
    }

    [Fact]
    public void Loops_that_meet_the_same_methods_agree_on_them()
    {
        using ProxyWorld world = new(
            ProxyWorld.Http(listener: """, "stream_filters": [{ "type": "grpc_metric", "config": { "max_methods": 1 } }]"""),
            loopCount: 3);
        world.Upstream(peer => peer.OnInput = static self =>
        {
            self.ClearReceived();
            self.Send(GrpcWorld.Status(0));
        });
        MemoryPeer[] clients = [.. Enumerable.Range(0, 12).Select(_ => world.Client())];
        foreach (MemoryPeer client in clients)
        {
            foreach (string path in (string[])["/a/1", "/a/2"])
            {
                client.Send($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
                world.Run();
            }
        }
        Assert.Equal(12, world.Metrics.GetOrAdd(GrpcMetrics.Schema, ("service", "/a/1")).Read(GrpcMetrics.RequestTotal));
        Assert.Equal(12, world.Metrics.GetOrAdd(GrpcMetrics.Schema, ("service", "other")).Read(GrpcMetrics.RequestTotal));
    }

    private static GrpcWorld World(string config = "", int hosts = 1) =>
        new(listener: $$""", "stream_filters": [{ "type": "grpc_metric"{{config}} }]""", hosts: hosts);

    private static void Call(GrpcWorld world, string path, int status)
    {
        world.Call(path: path);
        world.Answer(GrpcWorld.Status(status));
    }

    private static MetricGroup Group(GrpcWorld world, string method) =>
        world.Proxy.Metrics.GetOrAdd(GrpcMetrics.Schema, ("service", method));

    private static long Read(GrpcWorld world, string method, int metric) => Group(world, method).Read(metric);
}
