using Mosn.Proxy.Config;
using Mosn.Proxy.Filters;

namespace Mosn.Tests.Filters;

public sealed class IpAccessFilterTests
{
    private const string Ordered =
        """
        "header": "x-client", "ips": [
          {"action": "allow", "addrs": ["192.168.1.1", "fd00::1"]},
          {"action": "deny", "addrs": ["192.168.1.0/24", "fd00::/8"]}]
        """;

    [Theory]
    [InlineData("192.168.1.1", 200)]
    [InlineData("192.168.1.1:8080", 200)]
    [InlineData("192.168.1.12", 403)]
    [InlineData("192.168.2.1", 200)]
    [InlineData("::ffff:192.168.1.12", 403)]
    [InlineData("FD00:0::1", 200)]
    [InlineData("[fd00::2]:80", 403)]
    [InlineData("fe80::1", 200)]
    public void The_first_entry_that_has_the_address_decides(string client, int status)
    {
        using FilterWorld world = new($$"""{"type": "ip_access", "config": { {{Ordered}} } }""");
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get($"X-Client: {client}\r\n"));
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData("\"default_action\": \"allow\"", 200)]
    [InlineData("\"default_action\": \"deny\"", 403)]
    [InlineData("\"default_action\": \"deny\", \"ips\": [{\"addrs\": [\"127.0.0.1\"]}]", 200)]
    [InlineData("\"ips\": [{\"action\": \"deny\", \"addrs\": [\"127.0.0.0/8\"]}]", 403)]
    public void Without_a_header_the_peer_of_the_connection_counts(string config, int status)
    {
        using FilterWorld world = new($$"""{"type": "ip_access", "config": { {{config}} } }""");
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get());
        int metric = status == 200 ? FilterMetrics.AccessAllowed : FilterMetrics.AccessDenied;
        Assert.Equal(1, world.Count(FilterMetrics.IpAccess, metric));
    }

    [Theory]
    [InlineData("garbage", 403)]
    [InlineData("1", 403)]
    [InlineData("192.168.1.12, 8.8.8.8", 403)]
    public void An_address_that_cannot_be_read_gets_around_no_entry(string client, int status)
    {
        using FilterWorld world = new($$"""{"type": "ip_access", "config": { {{Ordered}} } }""");
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get($"X-Client: {client}\r\n"));
    }

    [Fact]
    public void An_address_that_cannot_be_read_passes_where_nothing_is_refused()
    {
        using FilterWorld world = new(
            """{"type": "ip_access", "config": {"header": "x-client", "ips": [{"addrs": ["10.0.0.1"]}]}}""");
        Assert.StartsWith("HTTP/1.1 200 ", world.Get("X-Client: garbage\r\n"));
    }

    [Theory]
    [InlineData("X-Forwarded-For: 10.0.0.1, 5.5.5.5\r\n", 1, 200)]
    [InlineData("X-Forwarded-For: 5.5.5.5, 10.0.0.1\r\n", 1, 403)]
    [InlineData("X-Forwarded-For: 9.9.9.9, 10.0.0.1, 7.7.7.7\r\n", 2, 403)]
    [InlineData("X-Forwarded-For: 9.9.9.9, 10.0.0.1\r\nX-Forwarded-For: 7.7.7.7\r\n", 2, 403)]
    [InlineData("X-Forwarded-For: 10.0.0.1\r\n", 2, 200)]
    public void Trusted_hops_count_from_the_right_and_a_shorter_list_means_nothing(string headers, int hops, int status)
    {
        using FilterWorld world = new(
            $$"""
            {"type": "ip_access", "config": {"header": "X-Forwarded-For", "trusted_hops": {{hops}},
              "ips": [{"action": "deny", "addrs": ["10.0.0.0/8"]}] } }
            """);
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get(headers));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("10.1.2.3/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("1.2.3.4", "1.2.3.4", "1.2.3.4")]
    [InlineData("0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    [InlineData("fd00::/8", "fd00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void A_range_has_its_two_ends(string text, string first, string last)
    {
        Assert.True(IpRange.TryParse(text, out IpRange range));
        Assert.True(IpRange.TryParse(first, out IpRange low));
        Assert.True(IpRange.TryParse(last, out IpRange high));
        Assert.Equal(new IpRange(low.First, high.Last), range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1.2.3.4/33")]
    [InlineData("::1/129")]
    [InlineData("1.2.3.4/-1")]
    [InlineData("1.2.3.4/")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("example.com")]
    public void What_is_no_address_is_none(string text) => Assert.False(IpRange.TryParse(text, out _));

    [Fact]
    public void A_set_has_exactly_the_addresses_of_its_ranges()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            IpRange[] ranges = [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => Some(random))];
            IpSet set = new(ranges);
            for (UInt128 address = 0; address < 300; address++)
            {
                bool expected = ranges.Any(range => range.First <= address && address <= range.Last);
                Assert.True(expected == set.Contains(address), $"seed {seed}, round {round}, address {address}");
            }
        }

        static IpRange Some(Random random)
        {
            int first = random.Next(0, 256);
            return new IpRange((UInt128)first, (UInt128)(first + random.Next(0, 20)));
        }
    }
}
