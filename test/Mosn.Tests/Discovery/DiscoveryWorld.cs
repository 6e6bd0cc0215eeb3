using Microsoft.Extensions.Logging.Abstractions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Discovery;

/// <summary>Clusters that find their hosts by asking a fake name server, on a loop that the test turns.</summary>
internal sealed class DiscoveryWorld
{
    public DiscoveryWorld()
    {
        Loop = Network.AddLoop();
        Discovery = new DnsDiscovery(Loop, Open, seed: 1, NullLogger.Instance);
        Upstream = new UpstreamWorld(1, 1, Discovery);
    }

    public MemoryNetwork Network { get; } = new();

    public MemoryLoop Loop { get; }

    public FakeNameServer Server { get; } = new();

    /// <summary>The name server of clusters that ask on port 54.</summary>
    public FakeNameServer Other { get; } = new();

    public DnsDiscovery Discovery { get; }

    public UpstreamWorld Upstream { get; }

    /// <summary>The settings that name servers were made for, in order.</summary>
    public List<NameServerSettings> Opened { get; } = [];

    public static ClusterConfig Strict(params string[] hosts) => new()
    {
        Name = "c",
        Type = ClusterType.StrictDns,
        Hosts = [.. hosts.Select(Host)],
        DnsResolvers = new DnsResolversConfig { Servers = ["127.0.0.1"] },
    };

    public static ClusterConfig Logical(string host) => Strict(host) with { Type = ClusterType.LogicalDns };

    public static HostConfig Host(string address)
    {
        Assert.True(NetworkAddress.TryParse(address, out NetworkAddress parsed, defaultPort: 80), address);
        return new HostConfig { Address = parsed };
    }

    public static string[] Hosts(Cluster cluster) =>
        [.. cluster.Current.Hosts.All.ToArray().Select(static host => host.Address.ToString())];

    /// <summary>Adds or updates, and runs what can be run.</summary>
    public Cluster Apply(ClusterConfig config)
    {
        Upstream.Directory.AddOrUpdate(config);
        Network.RunUntilIdle();
        return Upstream.Directory.Get(config.Name).Current!;
    }

    /// <summary>Lets waiting questions go with what is known now.</summary>
    public void AnswerAll()
    {
        Server.AnswerAll();
        Network.RunUntilIdle();
    }

    private FakeNameServer Open(NameServerSettings settings)
    {
        Opened.Add(settings);
        return settings.Servers[0].Port == 54 ? Other : Server;
    }
}
