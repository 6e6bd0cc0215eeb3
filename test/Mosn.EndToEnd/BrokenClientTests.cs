using System.Net.Sockets;

namespace Mosn.EndToEnd;

/// <summary>Clients that are slow, rude or hostile.</summary>
public class BrokenClientTests
{
    private const string Ok = """{"match":{"prefix":"/"},"direct_response":{"status":200,"body":"ok"}}""";
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n")]
    public async Task A_head_that_never_ends_is_ended_for_it(string part)
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http("web", Ok, """{"connection_idle_timeout":"1s"}""", """{"header_timeout":"1s"}""")
            .ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        if (part.Length > 0)
        {
            await client.SendAsync(part);
        }
        string answer = await client.ReadToEndAsync();
        if (answer.Length > 0)
        {
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_head_that_drips_is_ended_by_the_header_timeout()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(
            new ConfigText().Http("web", Ok, settings: """{"header_timeout":"1s"}""").ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n");
        Task<string> answer = client.ReadToEndAsync();
        while (!answer.IsCompleted)
        {
            try
            {
                await client.SendAsync("X: y\r\n");
            }
            catch (SocketException)
            {
                break; // That is the end we wait for.
            }
            await Task.WhenAny(answer, Task.Delay(100));
        }
        Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_on_heads_and_bodies_are_answered_with_their_statuses()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "web", Ok,
                settings: """{"max_header_size":2048,"max_header_count":10,"max_request_body_size":100}""")
            .ToString());
        await ExpectAsync(431, $"GET / HTTP/1.1\r\nHost: x\r\nX: {new string('a', 3000)}\r\n\r\n");
        await ExpectAsync(
            431, "GET / HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 20)) + "\r\n");
        await ExpectAsync(431, $"GET /{new string('a', 3000)} HTTP/1.1\r\nHost: x\r\n\r\n");
        await ExpectAsync(413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n");

        async Task ExpectAsync(int status, string request)
        {
            using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
            await client.SendAsync(request);
            Assert.Equal(status, (await client.ReadResponseAsync()).Status);
            Assert.Equal(Ending.Closed, await client.WaitForEndAsync());
        }
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_cut_off_and_its_upstream_freed()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(node.Address).ToString());
        RawConnection client = await RawConnection.OpenAsync(mosn.AddressOf("web"), receiveBuffer: 8192);
        await client.SendAsync("GET /download?bytes=200000000 HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadHeadAsync();
        client.Reset();

        using RawConnection other = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await Wait.UntilAsync(
            async () =>
            {
                await other.SendAsync("GET /active HTTP/1.1\r\nHost: x\r\n\r\n");
                return (await other.ReadResponseAsync()).Body == "0";
            },
            () => "the download goes on");
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_shed_and_places_come_back()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(
            new ConfigText().Http("web", Ok, """{"max_connections":5}""").ToString());
        RawConnection[] clients = new RawConnection[5];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = await RawConnection.OpenAsync(mosn.PortOf("web"));
            await clients[i].SendAsync(Get);
            Assert.Equal(200, (await clients[i].ReadResponseAsync()).Status);
        }
        for (int i = 0; i < 5; i++)
        {
            Assert.False(await IsServedAsync(mosn));
        }
        clients[0].Dispose();
        await Wait.UntilAsync(() => IsServedAsync(mosn), () => "the place never came back");
        foreach (RawConnection client in clients)
        {
            client.Dispose();
        }
    }

    [Fact]
    public async Task Without_descriptors_it_sheds_connections_and_recovers()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(
            new ConfigText().Top("max_connections", "100000").Server("processor", "1").Http("web", Ok).ToString(),
            shell: "ulimit -n 200; exec \"$@\"");
        RawConnection?[] clients = new RawConnection?[400];
        for (int i = 0; i < clients.Length; i++)
        {
            try
            {
                clients[i] = await RawConnection.OpenAsync(mosn.PortOf("web"));
            }
            catch (SocketException)
            {
                // Shed before the connect was over.
            }
        }
        // Those that are in are served, and the others know that they are not.
        int served = 0;
        foreach (RawConnection client in clients.OfType<RawConnection>())
        {
            try
            {
                await client.SendAsync(Get);
                served += (await client.ReadResponseAsync()).Status == 200 ? 1 : 0;
            }
            catch (Exception e) when (e is SocketException or Xunit.Sdk.XunitException)
            {
                // Shed.
            }
        }
        Assert.InRange(served, 50, 200);
        foreach (RawConnection? client in clients)
        {
            client?.Dispose();
        }
        await Wait.UntilAsync(() => IsServedAsync(mosn), () => "it did not recover");
    }

    private static async Task<bool> IsServedAsync(MosnProcess mosn)
    {
        try
        {
            using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
            await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return (await client.ReadToEndAsync()).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
