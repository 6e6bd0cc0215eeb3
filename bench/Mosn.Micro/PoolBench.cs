using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Transport;

namespace Mosn.Micro;

/// <summary>What it costs to get a stream from a pool whose connections stand, and to give it back unused.</summary>
internal sealed class PoolBench(Stopwatches watches, JsonArray results) : IStreamOwner
{
    private const int StreamsAtOnce = 1024;

    private readonly StringBuilder _page = new();

    /// <summary>The page for people; the results get the same for programs.</summary>
    public string Run()
    {
        _page.Append("\n| a stream of a pool, taken and given back | ns | B |\n| --- | --- | --- |\n");
        Measure("HTTP/1, 1 connection", StreamProtocol.Http1, busy: 0);
        Measure("HTTP/1, 100 connections", StreamProtocol.Http1, busy: 99);
        Measure("HTTP/2, 1 connection", StreamProtocol.Http2, busy: 0);
        Measure("HTTP/2, 1 connection, 50 streams on it", StreamProtocol.Http2, busy: 50);
        Measure("HTTP/2, 8 connections, 7 of them full", StreamProtocol.Http2, busy: 750);
        return _page.ToString();
    }

    public void OnActivity()
    {
        // Nobody waits for anything.
    }

    private void Measure(string name, StreamProtocol protocol, int busy)
    {
        MemoryNetwork network = new();
        MemoryLoop loop = network.AddLoop();
        TransportAddress address = TransportAddress.From(IPAddress.Loopback, 9000);
        network.Host(address);
        ClusterDirectory directory = new(new ClusterServices
        {
            Registry = new MetricRegistry(1, StatsMatcher.None),
            Balancers = Extensions.BuiltIn().Balancers,
            Protocols = Extensions.BuiltIn().UpstreamProtocols.Build(
                new UpstreamProtocolServices(LoopCount: 1, new MetricRegistry(1, StatsMatcher.None))),
            Seed = 1,
        });
        HostConfig host = NetworkAddress.TryParse("127.0.0.1:9000", out NetworkAddress parsed)
            ? new HostConfig { Address = parsed }
            : throw new InvalidOperationException();
        directory.AddOrUpdate(new ClusterConfig { Name = "c", MaxRequestPerConn = uint.MaxValue, Hosts = [host] });
        IConnectionPool pool = directory.Get("c").Current!.Current.Hosts.All[0].PoolOn(loop, protocol)!;
        loop.Post(
            _ =>
            {
                for (int i = 0; i < busy; i++)
                {
                    pool.NewStream(this, out StreamError _);
                }
            },
            null);
        network.RunUntilIdle();
        Timing timing = default;
        loop.Post(_ => pool.NewStream(this, out StreamError _)!.Release(), null);
        network.RunUntilIdle(); // The last connection stands.
        loop.Post(
            _ => timing = watches.PerOperation(StreamsAtOnce, () =>
            {
                for (int i = 0; i < StreamsAtOnce; i++)
                {
                    pool.NewStream(this, out StreamError _)!.Release();
                }
            }),
            null);
        network.RunUntilIdle();
        _page.Append(
            CultureInfo.InvariantCulture,
            $"| {name} | {timing.MedianNs:0} ({timing.LeastNs:0}–{timing.MostNs:0}) | {timing.Bytes:0.##} |\n");
        results.Add((JsonNode?)new JsonObject
        {
            ["case"] = "stream", ["pool"] = name,
            ["median_ns"] = timing.MedianNs, ["least_ns"] = timing.LeastNs, ["most_ns"] = timing.MostNs, ["bytes"] = timing.Bytes,
        });
    }
}
