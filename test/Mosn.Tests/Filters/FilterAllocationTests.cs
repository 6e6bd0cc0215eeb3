using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>What filters cost in managed memory, once everything is warm.</summary>
public sealed class FilterAllocationTests
{
    private const string Idle =
        """
        {"type": "fault", "config": {"abort": {"percentage": 0}, "headers": [{"name": "x-fault", "value": "1"}]}},
        {"type": "payload_limit", "config": {"max_entity_size": 100}},
        {"type": "ip_access", "config": {"header": "x-forwarded-for", "trusted_hops": 1,
          "ips": [{"action": "deny", "addrs": ["10.0.0.0/8", "fd00::/8"]}]}},
        {"type": "header_to_metadata", "config": {"request_rules": [{"header": "x-none", "on_header_present": {"key": "a"}}]}},
        {"type": "local_rate_limit", "config": {"max_tokens": 100000000, "tokens_per_fill": 100000000, "headers": true,
          "keys": [{"type": "source_ip"}, {"type": "path"}, {"type": "header", "name": "user-agent"}]}},
        {"type": "cors", "config": {"allow_origins": [{"exact": "https://a"}]}},
        {"type": "gzip", "config": {}}, {"type": "decompress_request", "config": {}},
        {"type": "decompress_response", "config": {}}, {"type": "buffer", "config": {"disabled": true}}
        """;

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept-Encoding: gzip, br\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nOrigin: https://a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n")]
    public void Filters_that_let_a_request_pass_allocate_nothing(string request) => AssertNoAllocations(Idle, request);

    [Fact]
    public void A_response_in_zstd_allocates_nothing() => AssertNoAllocations(
        """{"type": "gzip", "config": {"encodings": ["zstd"]}}""",
        "GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: zstd\r\n\r\n",
        "Content-Type: text/html\r\n");

    [Theory]
    [InlineData("Content-Length: 4\r\n\r\nbody")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n")]
    public void A_body_that_is_collected_allocates_nothing(string body) => AssertNoAllocations(
        """{"type": "buffer", "config": {}}""", $"POST / HTTP/1.1\r\nHost: a\r\n{body}");

    internal static void AssertNoAllocations(string filters, string request, string more = "")
    {
        using ProxyWorld world = new(ProxyWorld.Http(
            listener: $", \"stream_filters\": [{filters}]", cluster: """, "max_request_per_conn": 1000000 """));
        byte[] response = System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{more}\r\nok");
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(request);
        world.Upstream(peer => peer.OnInput = self =>
        {
            if (self.Received.EndsWith("\r\n\r\n"u8) || self.Received.EndsWith("body"u8))
            {
                self.ClearReceived();
                self.Send(response);
            }
        });
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        Run(200);
        long total = client.ReceivedTotal;
        long allocated = Allocations.Of(() => Run(500));
        Assert.InRange(client.ReceivedTotal - total, 500 * response.Length, long.MaxValue);
        Assert.Equal(0, allocated);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(bytes);
                world.Run();
            }
        }
    }
}
