using Mosn.Testing;
using Mosn.Transport;

namespace Mosn.Tests.Forwarding;

/// <summary>What a request and an idle connection cost in managed memory, once everything is warm.</summary>
public class ProxyAllocationTests
{
    private const int RequestCount = 1000;

    /// <summary>True when a request has arrived whole at the upstream.</summary>
    private delegate bool IsWhole(ReadOnlySpan<byte> received);

    private static readonly byte[] Body = new byte[20_000];

    [Fact]
    public void A_request_allocates_nothing() => AssertNoAllocations(
        "GET /some/path?with=query HTTP/1.1\r\nHost: example.com\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n"u8.ToArray(),
        [.. "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Length: 100\r\n\r\n"u8, .. Body.AsSpan(0, 100)],
        static received => received.EndsWith("\r\n\r\n"u8));

    [Fact]
    public void Bodies_of_known_length_allocate_nothing() => AssertNoAllocations(
        [.. "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n"u8, .. Body],
        [.. "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n"u8, .. Body],
        static received => received.IndexOf("\r\n\r\n"u8) is >= 0 and var end
            && received.Length == end + 4 + Body.Length);

    [Fact]
    public void Chunked_bodies_and_trailers_allocate_nothing() => AssertNoAllocations(
        [
            .. "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n"u8, .. Body,
            .. "\r\n0\r\nX-Sum: 1\r\n\r\n"u8,
        ],
        [
            .. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n"u8, .. Body,
            .. "\r\n0\r\nX-Sum: 1\r\n\r\n"u8,
        ],
        static received => received.EndsWith("\r\n0\r\nX-Sum: 1\r\n\r\n"u8));

    [Fact]
    public void A_relayed_message_allocates_nothing()
    {
        using ProxyWorld world = new(ProxyWorld.Tcp());
        world.Upstream(peer => peer.OnInput = static self =>
        {
            self.Send(self.Received);
            self.ClearReceived();
        });
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        byte[] message = new byte[5000];
        Run(200);
        Assert.Equal(0, Allocations.Of(() => Run(RequestCount)));
        Assert.InRange(client.ReceivedTotal, (200 + RequestCount) * message.Length, long.MaxValue);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(message);
                world.Run();
            }
        }
    }

    [Theory]
    [InlineData("Http1")]
    [InlineData("Http2")]
    public void A_message_through_a_websocket_allocates_nothing(string upstream)
    {
        using ProxyWorld world = new(Http2World.Config(upstream: upstream));
        MemoryPeer? echo = null;
        world.Upstream(peer =>
        {
            echo = peer;
            if (upstream == "Http2")
            {
                new Http2Peer(peer, isServer: true).Start((8, 1));
            }
        });
        MemoryPeer client = world.Client();
        client.Send(
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n");
        world.Run();
        if (upstream == "Http2")
        {
            // From here on the test is the host: it gives windows and sends frames without a look.
            echo!.Send(Convert.FromHexString("000001010400000001" + "88")); // HEADERS of stream 1, :status 200
            echo.Send(Convert.FromHexString("000004080000000000" + "7fff0000" + "000004080000000001" + "7fff0000"));
            byte[] frame = [0, 0x13, 0x88, 0, 0, 0, 0, 0, 1, .. new byte[5000]];
            echo.OnInput = self =>
            {
                self.ClearReceived();
                self.Send(frame);
            };
        }
        else
        {
            echo!.Send("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
            echo.OnInput = static self =>
            {
                self.Send(self.Received);
                self.ClearReceived();
            };
        }
        world.Run();
        Assert.StartsWith("HTTP/1.1 101 ", client.ReceivedText);
        client.KeepsReceived = false;
        byte[] message = new byte[5000];
        long before = client.ReceivedTotal;
        Run(200);
        Assert.Equal(0, Allocations.Of(() => Run(RequestCount)));
        Assert.InRange(client.ReceivedTotal - before, (200 + RequestCount) * message.Length, long.MaxValue);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(message);
                world.Run();
            }
        }
    }

    [Theory]
    [InlineData(false, 900)]
    [InlineData(true, 1500)]
    public void An_idle_connection_costs_little(bool tcp, int bytesMax)
    {
        using ProxyWorld world = new(tcp ? ProxyWorld.Tcp() : ProxyWorld.Http());
        world.Upstream();
        Open(world.Network, 100);
        long opened = Open(world.Network, 2000);
        // What belongs to the test is paid for separately: as many connections to a loop without a proxy.
        MemoryNetwork bare = new();
        bare.AddLoop().Listen(ProxyWorld.ListenerAddress, new ListenOptions { Backlog = 5000 }, new Idle());
        Open(bare, 100);
        long peers = Open(bare, tcp ? 4000 : 2000);
        Assert.InRange((opened - peers) / 2000, 1, bytesMax);
        Assert.Equal(0, world.Network.RentedChunks);

        static long Open(MemoryNetwork network, int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < count; i++)
            {
                network.Connect(ProxyWorld.ListenerAddress);
            }
            network.RunUntilIdle();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static void AssertNoAllocations(byte[] request, byte[] response, IsWhole isWhole)
    {
        using ProxyWorld world = new(ProxyWorld.Http(cluster: """, "max_request_per_conn": 1000000 """));
        MemoryHost upstream = world.Upstream(peer => peer.OnInput = self =>
        {
            if (isWhole(self.Received))
            {
                self.ClearReceived();
                self.Send(response);
            }
        });
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        Run(200);
        long perResponse = client.ReceivedTotal / 200;
        long total = client.ReceivedTotal;
        long runs = 0;
        long allocated = Allocations.Of(() =>
        {
            runs++;
            Run(RequestCount);
        });
        Assert.Equal(runs * RequestCount * perResponse, client.ReceivedTotal - total);
        Assert.Single(upstream.Peers);
        Assert.Equal(0, allocated);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(request);
                world.Run();
            }
        }
    }

    private sealed class Idle : IAcceptor, ITransportEvents
    {
        public void OnAccepted(ITransport transport) => transport.SetEvents(this);

        public void OnAcceptFailed(int error) => Assert.Fail("accept failed");

        public void OnReadable()
        {
        }

        public void OnWritable()
        {
        }

        public void OnConnected(int error) => Assert.Fail("accepted, not connected");
    }
}
