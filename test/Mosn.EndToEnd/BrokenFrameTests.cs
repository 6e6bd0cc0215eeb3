using System.Net.Sockets;

namespace Mosn.EndToEnd;

/// <summary>
/// Clients and hosts of RPC protocols that do not keep to them: the right error to the right side, an end of the connection
/// where framing is lost, and nobody else is disturbed.
/// </summary>
public sealed class BrokenFrameTests(BrokenFrameWorld world) : IClassFixture<BrokenFrameWorld>
{
    public static TheoryData<string> Protocols => [.. RpcFormat.Names];

    public static MatrixTheoryData<string, string> LostFramings =>
        new(RpcFormat.Names, ["HTTP", "a length of -1", "the least length", "bytes of anything behind a call"]);

    public static MatrixTheoryData<string, string> LostAnswers =>
        new(
            RpcFormat.Names,
            [
                "answers in HTTP", "damages what makes it a frame", "says that its answer has a length of -1",
                "begins an answer above the bound", "closes in the middle of the answer", "closes", "resets",
            ]);

    [Theory]
    [MemberData(nameof(LostFramings))]
    public async Task A_client_whose_framing_is_lost_is_cut_off_and_others_are_not(string protocol, string sends)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        using RawConnection client = await world.ConnectAsync(format);
        await format.CallAsync(client, 1);
        await client.SendAsync(sends switch
        {
            "HTTP" => "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
            "a length of -1" => format.CallOfLength(-1),
            "the least length" => format.CallOfLength(int.MinValue),
            _ => [.. format.CallWith(2), 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0xFA, .. new byte[64]],
        });
        await client.WaitForEndAsync();
        await witness.AssertUndisturbedAsync();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_call_that_is_too_large_is_refused_in_the_protocol_before_it_is_here(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        using RawConnection client = await world.ConnectAsync(format);
        await client.SendAsync(format.CallOfLength(BrokenFrameWorld.FrameBytesMax + 1));
        byte[] reply = RpcFormat.BytesOf(await client.ReadToEndAsync());
        Assert.Equal(format.TooLargeStatus, format.StatusOf(reply));
        await witness.AssertUndisturbedAsync();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_part_of_a_call_and_the_end_reach_nobody(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        for (int length = 1; length < format.Call.Length; length += 7)
        {
            using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf(BrokenFrameWorld.BrokenOf(format)));
            int before = world.BrokenHostOf(format).ConnectionCount;
            await client.SendAsync(format.Call.AsMemory(0, length));
            client.EndOutput();
            Assert.Equal("", await client.ReadToEndAsync());
            Assert.Equal(before, world.BrokenHostOf(format).ConnectionCount);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_call_that_does_not_become_whole_is_given_up(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        using RawConnection silent = await world.ConnectAsync(format);
        using RawConnection dripping = await world.ConnectAsync(format);
        await silent.SendAsync(format.Call.AsMemory()[..^1]);
        await dripping.SendAsync(format.CallOfLength(BrokenFrameWorld.FrameBytesMax - 1000));
        Task<Ending> end = dripping.WaitForEndAsync();
        while (!end.IsCompleted)
        {
            try
            {
                await dripping.SendAsync("x");
            }
            catch (SocketException)
            {
                break; // That is the end we wait for.
            }
            await Task.WhenAny(end, Task.Delay(50));
        }
        await end;
        Assert.Equal("", await silent.ReadToEndAsync());
        await witness.AssertUndisturbedAsync();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Calls_that_say_that_they_are_large_take_no_memory_until_they_come(string protocol)
    {
        const int Announced = 60 * 1024 * 1024, Clients = 100, AllowedKb = 32 * 1024;
        RpcFormat format = RpcFormat.Named(protocol);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        List<RawConnection> clients = [];
        long before = world.Mosn.ResidentKb;
        for (int i = 0; i < Clients; i++)
        {
            // The listener with the default bound of 64 MiB.
            clients.Add(await RawConnection.OpenAsync(world.Mosn.PortOf(BrokenFrameWorld.BrokenOf(format))));
            await clients[i].SendAsync((byte[])[.. format.CallOfLength(Announced), .. new byte[1024]]);
        }
        await witness.AssertUndisturbedAsync();
        Assert.InRange(world.Mosn.ResidentKb - before, long.MinValue, AllowedKb);
        clients.ForEach(static client => client.Dispose());
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_host_whose_answer_is_lost_is_an_error_for_its_caller_alone(string protocol, string host)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        int lost = world.LostConnections;
        byte[] seen = await CallBrokenAsync(format, host);
        Assert.Equal(format.LostStatus, format.StatusOf(seen));
        await Wait.UntilAsync(() => world.LostConnections == lost + 1, () => "the host's connection is still there");
        await witness.AssertUndisturbedAsync();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_large_call_that_breaks_off_ends_the_connection_that_has_a_part_of_it(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        ScriptedServer host = world.SilentHostOf(format);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf(BrokenFrameWorld.SilentOf(format)));
        await client.SendAsync(
            (byte[])[.. format.CallOfLength(BrokenFrameWorld.LargeBytes), .. new byte[BrokenFrameWorld.LargeBytes / 2]]);
        if (protocol is not ("dubbo" or "tars")) // What these say of a call lies behind its content.
        {
            await Wait.UntilAsync(() => host.ActiveCount == 1, () => "nothing of the call has come");
        }
        client.EndOutput();
        await client.WaitForEndAsync();
        await Wait.UntilAsync(() => host.ActiveCount == 0, () => "the host waits for the rest");
        await witness.AssertUndisturbedAsync();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_large_answer_that_breaks_off_is_not_taken_for_a_whole_one(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        await using RpcWitness witness = await RpcWitness.StartAsync(format, await world.ConnectAsync(format));
        world.HostDoes = "closes in the middle of a large answer";
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf(BrokenFrameWorld.BrokenOf(format)));
        await client.SendAsync(format.CallWith(7));
        if (protocol == "tars") // Whose answers do not go on before they are whole.
        {
            Assert.Equal(format.LostStatus, format.StatusOf((await client.ReadSomeAsync()).Span));
        }
        else
        {
            int length = 0;
            for (int more = -1; more != 0; length += more)
            {
                more = await ReadOrEndAsync(client);
            }
            Assert.InRange(length, 1, BrokenFrameWorld.LargeBytes - 1);
        }
        await witness.AssertUndisturbedAsync();

        static async Task<int> ReadOrEndAsync(RawConnection client)
        {
            try
            {
                return (await client.ReadSomeAsync()).Length;
            }
            catch (SocketException)
            {
                return 0; // Reset: an end all the same.
            }
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_second_answer_is_nobodys(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(format.AnswerTo(format.CallWith(7)), await CallBrokenAsync(format, "answers twice"));
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task An_answer_to_another_call_is_nobodys(string protocol)
    {
        RpcFormat format = RpcFormat.Named(protocol);
        if (protocol != "x_example") // Whose callers wait for ever.
        {
            Assert.Equal(format.LateStatus, format.StatusOf(await CallBrokenAsync(format, "answers another call")));
        }
    }

    private async Task<byte[]> CallBrokenAsync(RpcFormat format, string hostDoes)
    {
        world.HostDoes = hostDoes;
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf(BrokenFrameWorld.BrokenOf(format)));
        await client.SendAsync(format.CallWith(7));
        return [.. (await client.ReadSomeAsync()).Span];
    }
}
