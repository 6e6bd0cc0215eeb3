using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;

namespace Mosn.Tests.Discovery;

public class NameServerSettingsTests
{
    [Fact]
    public void A_resolver_file_is_read_as_every_resolver_reads_it()
    {
        NameServerSettings settings = NameServerSettings.Parse(
            "# of this cluster\ndomain old.test\nnameserver 10.0.0.1\nnameserver nobody\n;nameserver 10.0.0.9\n"
            + "\tnameserver  fd00::1 trailing\r\nsearch a.test b.test. \noptions ndots:5 timeout:1 attempts:99 rotate edns0\n",
            port: 53);
        Assert.Equal(["10.0.0.1:53", "[fd00::1]:53"], settings.Servers.Select(static server => server.ToString()));
        Assert.Equal(["a.test", "b.test"], settings.Search);
        Assert.Equal((5, 1.0, 5), (settings.Ndots, settings.Timeout.TotalSeconds, settings.Attempts));
    }

    [Fact]
    public void Without_a_server_the_one_of_this_machine_is_asked()
    {
        NameServerSettings settings = NameServerSettings.Of(new ClusterConfig { DnsResolverPort = "5300" }, resolverFile: null);
        Assert.Equal("127.0.0.1:5300", Assert.Single(settings.Servers).ToString());
        Assert.Equal((1, 5.0, 2), (settings.Ndots, settings.Timeout.TotalSeconds, settings.Attempts));
    }

    [Fact]
    public void Servers_of_the_cluster_come_before_those_of_the_file()
    {
        ClusterConfig config = new()
        {
            DnsResolvers = new() { Servers = ["10.0.0.1", "10.0.0.2:54", "[fd00::1]:55", "fd00::2"], Port = "5353" },
        };
        NameServerSettings settings = NameServerSettings.Of(config, "nameserver 10.9.9.9");
        Assert.Equal(
            ["10.0.0.1:5353", "10.0.0.2:54", "[fd00::1]:55", "[fd00::2]:5353"],
            settings.Servers.Select(static server => server.ToString()));
        Assert.Equal(settings, NameServerSettings.Of(config, resolverFile: null));
        Assert.NotEqual(settings, settings with { Ndots = 4 });
    }
}
