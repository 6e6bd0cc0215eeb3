using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

/// <summary>What may be wrong about finding hosts.</summary>
public class DiscoveryConfigTests
{
    private const string Server = "\"dns_resolvers\": {\"servers\": [\"10.0.0.1\", \"[fd00::1]:54\", \"fd00::2\"]}";

    [Theory]
    [InlineData("STRICT_DNS", """{"address": "a.test"}, {"address": "10.0.0.1:81"}, {"address": "_http._tcp.a.test"}""", Server)]
    [InlineData("LOGICAL_DNS", """{"address": "a.test"}""", "\"dns_lookup_family\": \"V4_PREFERRED\", \"respect_dns_ttl\": true")]
    [InlineData("ORIGINAL_DST", "", "\"original_dst_lb_config\": {\"use_header\": true}")]
    [InlineData("DYNAMIC", """{"address": "10.0.0.1:81"}""", "\"dns_resolver_port\": \"53\"")]
    [InlineData("EDS", "", "\"idle_timeout\": \"1s\"")]
    public void What_is_right_has_no_problem(string type, string hosts, string more) =>
        Assert.Empty(Problems(type, hosts, more));

    [Theory]
    [InlineData("LOGICAL_DNS", "", "hosts: a LOGICAL_DNS cluster has one host: 0; expected exactly one")]
    [InlineData("LOGICAL_DNS", """{"address": "a.test"}, {"address": "b.test"}""", "a LOGICAL_DNS cluster has one host: 2")]
    [InlineData("STRICT_DNS", """{"address": "_http._tcp.a.test:81"}""",
        "hosts[0].address: a service brings its own ports: \"_http._tcp.a.test:81\"; expected \"_http._tcp.a.test\"")]
    [InlineData("SIMPLE", """{"address": "_http._tcp.a.test:80"}""",
        "warning: cluster_manager.clusters[0].hosts[0].address: a service is looked up in STRICT_DNS and LOGICAL_DNS clusters only")]
    [InlineData("SIMPLE", """{"address": "a.test"}""", "not an address")]
    [InlineData("ORIGINAL_DST", """{"address": "10.0.0.1:80"}""", "hosts: has no effect: the hosts are where the clients meant to go")]
    [InlineData("STRICT_DSN", "", "unknown cluster type: \"STRICT_DSN\"; did you mean 'STRICT_DNS'?")]
    public void A_mistake_in_the_hosts_is_named(string type, string hosts, string expected) =>
        Assert.Contains(Problems(type, hosts, "\"mark\": 0"), problem => problem.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("\"dns_resolvers\": {\"servers\": [\"ns.test\"]}",
        "dns_resolvers.servers: not an address: \"ns.test\"; expected an IP address, or one with a port")]
    [InlineData("\"dns_resolvers\": {\"search\": [\"a.test\"]}",
        "warning: cluster_manager.clusters[0].dns_resolvers: has no effect without 'servers'")]
    [InlineData("\"dns_resolvers\": {\"servers\": [\"10.0.0.1\"], \"port\": \"0\"}", "dns_resolvers.port: not a port: \"0\"")]
    [InlineData("\"dns_resolver_port\": \"dns\"", "dns_resolver_port: not a port: \"dns\"")]
    [InlineData("\"dns_lookup_family\": \"V5_ONLY\"", "unknown DNS lookup family")]
    [InlineData("\"original_dst_lb_config\": {\"use_header\": true}",
        "warning: cluster_manager.clusters[0].original_dst_lb_config: has no effect without LB_ORIGINAL_DST")]
    public void A_mistake_in_the_settings_is_named(string more, string expected) => Assert.Contains(
        Problems("STRICT_DNS", """{"address": "a.test"}""", more), problem => problem.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("\"lb_subset_config\": {\"subset_selectors\": [[\"a\"]]}", "lb_subset_config: has no effect with LB_ORIGINAL_DST")]
    [InlineData("\"lbconfig\": {\"zone_aware\": {\"enabled\": true}}", "zone_aware: has no effect with LB_ORIGINAL_DST")]
    public void What_original_destinations_have_no_use_for_is_named(string more, string expected) =>
        Assert.EndsWith(expected, Assert.Single(Problems("ORIGINAL_DST", "", more)), StringComparison.Ordinal);

    private static string[] Problems(string type, string hosts, string more) => ConfigSamples.All(ConfigSamples.Json($$"""
        {
          "servers": [{}],
          "cluster_manager": {"clusters": [{"name": "c", "type": "{{type}}", "hosts": [{{hosts}}], {{more}}}]}
        }
        """));
}
