using System.Globalization;

namespace Mosn.EndToEnd;

/// <summary>Stops under traffic, and what a long life leaves behind.</summary>
public class DrainTests
{
    private const int Interrupt = 2, Terminate = 15;
    private const string Ok = """{"match":{"prefix":"/"},"direct_response":{"status":200,"body":"ok"}}""";

    [Fact]
    public async Task TERM_lets_a_request_in_flight_finish_and_says_that_the_connection_closes()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(node.Address).ToString());
        using RawConnection idle = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await idle.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
        await idle.ReadResponseAsync();
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("GET /slow?ms=1500 HTTP/1.1\r\nHost: x\r\n\r\n");
        await WaitForActiveAsync(node, 1);

        mosn.Signal(Terminate);
        Assert.Equal(Ending.Closed, await idle.WaitForEndAsync());
        await Wait.UntilAsync(() => !FreePort.IsTaken(mosn.PortOf("web")), () => "the port is still open");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal("slow", response.Body);
        Assert.Equal("close", response.Header("Connection"));
        Assert.Equal(Ending.Closed, await client.WaitForEndAsync());
        Assert.Equal(0, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task A_second_TERM_does_not_wait_any_more()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(node.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
        await WaitForActiveAsync(node, 1);
        mosn.Signal(Terminate);
        await Wait.UntilAsync(() => !FreePort.IsTaken(mosn.PortOf("web")), () => "the port is still open");
        mosn.Signal(Terminate);
        await client.WaitForEndAsync();
        Assert.Equal(0, await mosn.WaitForExitAsync());
        await WaitForActiveAsync(node, 0);
    }

    [Fact]
    public async Task INT_ends_at_once()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(node.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
        await WaitForActiveAsync(node, 1);
        mosn.Signal(Interrupt);
        await client.WaitForEndAsync();
        Assert.Equal(0, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task Two_loops_share_the_connections()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(
            new ConfigText().Server("processor", "2").Http("web", Ok).ToString());
        long[] before = LoopTimes(mosn.Pid);
        Assert.Equal(2, before.Length);
        await MakeConnectionsAsync(mosn, 400);
        long[] spent = [.. LoopTimes(mosn.Pid).Zip(before, static (after, before) => after - before)];
        Assert.True(spent.Min() > spent.Max() / 10, $"{spent[0]} ns and {spent[1]} ns");
    }

    [Fact]
    public async Task Ten_thousand_short_connections_leave_nothing_behind()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(
            ConfigText.HttpTo(node.Address).Server("processor", "2").ToString());
        int socketsAtFirst = SocketCount(mosn);
        await MakeConnectionsAsync(mosn, 1000);

        // What is kept of each connection shows every time, the JIT's work on hot code only in the beginning.
        List<long> residentKb = [mosn.ResidentKb];
        do
        {
            await MakeConnectionsAsync(mosn, 10_000);
            residentKb.Add(mosn.ResidentKb);
        }
        while (residentKb[^1] - residentKb[^2] > 12 * 1024 && residentKb.Count < 5);
        Assert.True(residentKb[^1] - residentKb[^2] <= 12 * 1024, string.Join(", ", residentKb) + " KiB");

        // Eight clients on two loops need at most sixteen connections upstream, which are kept for a while; nothing
        // else may be left.
        await Wait.UntilAsync(
            () => SocketCount(mosn) <= socketsAtFirst + 16,
            () => $"{SocketCount(mosn)} sockets are open, and {socketsAtFirst} were at first");
    }

    /// <summary>Eight clients at a time; half of them leave with a reset.</summary>
    private static Task MakeConnectionsAsync(MosnProcess mosn, int count) => Task.WhenAll(
        Enumerable.Range(0, 8).Select(async number =>
        {
            for (int i = 0; i < count / 8; i++)
            {
                using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
                await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
                Assert.Equal(200, (await client.ReadResponseAsync()).Status);
                if (number % 2 == 0)
                {
                    client.Reset();
                }
            }
        }));

    private static int SocketCount(MosnProcess mosn) =>
        Directory.GetFileSystemEntries($"/proc/{mosn.Pid}/fd").Count(
            static entry => new FileInfo(entry).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>Nanoseconds of processor time that each loop's thread took.</summary>
    private static long[] LoopTimes(int pid) =>
    [
        .. Directory.GetDirectories($"/proc/{pid}/task")
            .Where(static task => File.ReadAllText(task + "/comm").StartsWith("mosn-loop-", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static task => long.Parse(
                File.ReadAllText(task + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)),
    ];

    private static Task WaitForActiveAsync(PeerProcess node, int count) => Wait.UntilAsync(
        async () =>
        {
            using RawConnection direct = await RawConnection.OpenAsync(node.Port);
            await direct.SendAsync("GET /active HTTP/1.1\r\nHost: x\r\n\r\n");
            return (await direct.ReadResponseAsync()).Body == count.ToString(CultureInfo.InvariantCulture);
        },
        () => $"there are never {count} requests at the application");
}
