using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>Bytes relayed as they are.</summary>
public class TcpProxyTests
{
    private const int Mega = 1024 * 1024;

    [Fact]
    public async Task Bytes_pass_both_ways_and_the_end_of_one_direction_leaves_the_other_open()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.TcpTo(node.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReadAsync(5));
        client.EndOutput();
        Assert.StartsWith("|node 5 2cf24dba5fb0a30e", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixty_MB_pass_in_both_directions_at_once()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.TcpTo(node.Address).ToString());
        long idleKb = mosn.ResidentKb;
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
        byte[] sent = RandomNumberGenerator.GetBytes(60 * Mega);
        Task sending = Task.Run(async () =>
        {
            await client.SendAsync(sent);
            client.EndOutput();
        });

        using MemoryStream received = new(sent.Length + 200);
        while (await client.ReadSomeAsync() is { Length: > 0 } some)
        {
            received.Write(some.Span);
        }
        await sending;
        Assert.True(received.GetBuffer().AsSpan(0, sent.Length).SequenceEqual(sent));
        string tail = Encoding.ASCII.GetString(
            received.GetBuffer().AsSpan(sent.Length, (int)received.Length - sent.Length));
        Assert.Equal(
            string.Create(
                CultureInfo.InvariantCulture,
                $"|node {sent.Length} {Convert.ToHexStringLower(SHA256.HashData(sent))}"),
            tail);
        Assert.True(mosn.ResidentKb < idleKb + (32 * 1024), $"{idleKb} KiB became {mosn.ResidentKb} KiB");
    }

    [Fact]
    public async Task A_reset_of_either_side_is_a_reset_for_the_other()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js");
        TaskCompletionSource cut = new();
        using ScriptedServer server = new(async (connection, _) =>
        {
            await connection.SendAsync("hello");
            await cut.Task;
            connection.Reset();
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Tcp("node", """{"cluster":"node"}""").Cluster("node", node.Address)
            .Tcp("server", """{"cluster":"server"}""").Cluster("server", server.Address)
            .ToString());

        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("server"));
        await client.ReadAsync(5);
        cut.SetResult();
        Assert.Equal(Ending.Reset, await client.WaitForEndAsync());

        RawConnection other = await RawConnection.OpenAsync(mosn.PortOf("node"));
        await other.SendAsync("x");
        await other.ReadAsync(1);
        other.Reset();
        Assert.Equal("ECONNRESET", (await node.ReadAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task The_host_may_end_first()
    {
        using ScriptedServer server = new(async (connection, _) =>
        {
            await connection.SendAsync("bye");
            connection.EndOutput();
            Assert.Equal("late", await connection.ReadToEndAsync());
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.TcpTo(server.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
        Assert.Equal("bye", await client.ReadToEndAsync());
        await client.SendAsync("late");
        client.EndOutput();
        await Wait.UntilAsync(() => server.ActiveCount == 0, () => "the host waits for our end");
    }

    [Fact]
    public async Task A_connection_on_which_nothing_moves_is_ended()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Tcp("tcp", """{"cluster":"up","idle_timeout":"500ms"}""").Cluster("up", node.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
        await client.SendAsync("x");
        await client.ReadAsync(1);
        await client.WaitForEndAsync();
        Assert.Equal(1, (await ReadClosedAsync(node)).GetInt32());
    }

    [Fact]
    public async Task A_host_that_is_not_there_ends_the_connection_unless_another_is()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js");
        string nobody = $"127.0.0.1:{FreePort.Find()}";
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Tcp("alone", """{"cluster":"alone"}""").Cluster("alone", nobody)
            .Tcp("both", """{"cluster":"both"}""").Cluster("both", nobody, node.Address)
            .ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("alone"));
        await client.WaitForEndAsync();
        for (int i = 0; i < 6; i++)
        {
            using RawConnection other = await RawConnection.OpenAsync(mosn.PortOf("both"));
            await other.SendAsync("x");
            Assert.Equal("x", await other.ReadAsync(1));
        }
    }

    [Fact]
    public async Task Weights_decide_how_many_connections_a_cluster_gets()
    {
        using ScriptedServer one = new(static (connection, _) => connection.SendAsync("1"));
        using ScriptedServer two = new(static (connection, _) => connection.SendAsync("2"));
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Tcp("tcp", """
                {"weighted_clusters":[
                  {"cluster":{"name":"one","weight":75}},{"cluster":{"name":"two","weight":25}}]}
                """)
            .Cluster("one", one.Address)
            .Cluster("two", two.Address)
            .ToString());
        const int Count = 400;
        for (int i = 0; i < Count; i++)
        {
            using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
            await client.ReadAsync(1);
        }
        double deviation = Math.Sqrt(Count * 0.75 * 0.25);
        Assert.InRange(one.ConnectionCount, (Count * 0.75) - (6 * deviation), (Count * 0.75) + (6 * deviation));
        Assert.Equal(Count, one.ConnectionCount + two.ConnectionCount);
    }

    [Fact]
    public async Task Unix_sockets_serve_and_are_reached_and_leave_no_file_behind()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("mosn-e2e-unix");
        string up = Path.Combine(directory.FullName, "up.sock");
        string down = Path.Combine(directory.FullName, "down.sock");
        using (PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js", "node", up))
        using (MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Server("processor", "2")
            .Tcp("tcp", listener: $$"""{"address":"unix:{{down}}"}""")
            .Cluster("up", "unix:" + up)
            .ToString()))
        {
            for (int i = 0; i < 8; i++)
            {
                using RawConnection client = await RawConnection.OpenAsync(new UnixDomainSocketEndPoint(down));
                await client.SendAsync("hello");
                client.EndOutput();
                Assert.StartsWith("hello|node 5 ", await client.ReadToEndAsync(), StringComparison.Ordinal);
            }
            mosn.Signal(15);
            Assert.Equal(0, await mosn.WaitForExitAsync());
            Assert.False(File.Exists(down));
        }
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task IPv6_works_on_both_sides()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        using ScriptedServer server = new(
            static (connection, _) => connection.SendAsync("six"), new IPEndPoint(IPAddress.IPv6Loopback, 0));
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Tcp("tcp", listener: """{"address":"[::1]:0"}""").Cluster("up", server.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.AddressOf("tcp"));
        Assert.Equal("six", await client.ReadToEndAsync());
    }

    private static async Task<JsonElement> ReadClosedAsync(PeerProcess node)
    {
        while (true)
        {
            if ((await node.ReadAsync()).TryGetProperty("closed", out JsonElement closed))
            {
                return closed;
            }
        }
    }
}
