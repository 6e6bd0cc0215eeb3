using System.Net;
using System.Net.Sockets;
using System.Text;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;
using Mosn.Transport.Sockets;
using SocketAddress = Mosn.Transport.Interop.SocketAddress;

namespace Mosn.Tests.Transport;

/// <summary>Real sockets on loopback, with .NET's own sockets as the far end: they do not share our code.</summary>
public class EpollLoopTests
{
    private static readonly LingerOption ResetOnClose = new(enable: true, seconds: 0);

    [Fact]
    public async Task A_connect_reaches_a_listener_and_bytes_go_both_ways()
    {
        await using EpollWorld world = new();
        using Socket listener = Listener();
        Ear ear = new();
        TransportAddress address = AddressOf(listener);
        ITransport transport = await world.On(() => world.Loop.Connect(address, default, ear));
        using Socket peer = await listener.AcceptAsync();
        Assert.Equal(0, await ear.Connected);

        await world.On(() => Send(world.Loop, transport, "ping"));
        Assert.Equal("ping", await ReceiveText(peer, 4));
        await peer.SendAsync("pong"u8.ToArray());
        await ear.Readable;
        Assert.Equal("pong", await world.On(() => ReadText(transport)));
        Assert.Equal(peer.RemoteEndPoint!.ToString(), await world.On(() => transport.LocalAddress.ToString()));
        Assert.Equal(address, transport.RemoteAddress);
        await world.On(() => transport.Close(CloseMode.Graceful));
        Assert.Equal(0, await peer.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task A_refused_connect_is_told_by_its_error()
    {
        await using EpollWorld world = new();
        Socket listener = Listener();
        TransportAddress address = AddressOf(listener);
        listener.Dispose();
        Ear ear = new();
        ITransport transport = await world.On(() => world.Loop.Connect(address, default, ear));
        Assert.Equal(Libc.ECONNREFUSED, await ear.Connected);
        await world.On(() => transport.Close(CloseMode.Graceful));
    }

    [Theory]
    [InlineData("/nowhere/at/all.sock", 2)]
    [InlineData("", Libc.ENAMETOOLONG)]
    [InlineData("/too/long/123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
        + "123456789012345678901234567890", Libc.ENAMETOOLONG)]
    public async Task A_connect_that_fails_at_once_is_told_later_like_any_other(string path, int error)
    {
        await using EpollWorld world = new();
        Ear ear = new();
        Task<int> heard = Task.FromResult(0);
        await world.On(() =>
        {
            world.Loop.Connect(TransportAddress.Unix(path), default, ear);
            heard = ear.Connected;
            Assert.False(heard.IsCompleted);
        });
        Assert.Equal(error, await heard);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Much_is_echoed_whole_with_bounded_memory(int connectionCount)
    {
        await using EpollWorld world = new();
        Echo echo = new(world.Loop);
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, echo);
        int length = 8 * 1024 * 1024 / connectionCount;
        await Task.WhenAll(Enumerable.Range(0, connectionCount).Select(async i =>
        {
            using Socket client = await Client(listener.Address);
            byte[] sent = new byte[length];
            new Random(i).NextBytes(sent);
            byte[] received = new byte[length];
            Task sending = SendAll(client, sent);
            await ReceiveAll(client, received);
            await sending;
            Assert.True(sent.AsSpan().SequenceEqual(received));
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        }));
        Assert.Equal(connectionCount, echo.AcceptedCount);
        Assert.InRange(echo.OutputPeak, 1, Echo.OutputMax + BufferPool.ChunkBytes);
        Assert.Equal((0, 0), await world.On(() => (echo.OpenCount, world.Loop.Buffers.RentedCount)));
    }

    [Fact]
    public async Task A_writer_that_blocks_goes_on_when_the_peer_reads()
    {
        await using EpollWorld world = new();
        Echo echo = new(world.Loop);
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, echo);
        using Socket client = await Client(listener.Address, receiveBuffer: 4096);
        byte[] sent = new byte[32 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        using CancellationTokenSource stop = new();
        Task sending = SendAll(client, sent);
        // Nothing is read here until the client's send stands still: every buffer on the way is full.
        await Task.WhenAny(sending, StandsStill(world, echo));
        Assert.False(sending.IsCompleted);
        byte[] received = new byte[sent.Length];
        await ReceiveAll(client, received);
        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public async Task After_the_peers_end_we_may_still_send()
    {
        await using EpollWorld world = new();
        Ear ear = new();
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, ear);
        using Socket client = await Client(listener.Address);
        await client.SendAsync("question"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        ITransport transport = await ear.Accepted;
        await ear.Readable;
        StringBuilder text = new();
        while (await world.On(() => ReadSome(transport, text)) != IoStatus.EndOfInput)
        {
        }
        Assert.Equal("question", text.ToString());
        await world.On(() => Send(world.Loop, transport, "answer"));
        await world.On(transport.ShutdownWrite);
        Assert.Equal("answer", await ReceiveText(client, 6));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        await world.On(() => transport.Close(CloseMode.Graceful));
    }

    [Fact]
    public async Task Our_reset_reaches_the_peer_as_one()
    {
        await using EpollWorld world = new();
        Ear ear = new();
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, ear);
        using Socket client = await Client(listener.Address);
        ITransport transport = await ear.Accepted;
        await world.On(() => transport.Close(CloseMode.Reset));
        SocketException thrown = await Assert.ThrowsAsync<SocketException>(
            async () => await client.ReceiveAsync(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, thrown.SocketErrorCode);
    }

    [Fact]
    public async Task The_peers_reset_fails_the_read()
    {
        await using EpollWorld world = new();
        Ear ear = new();
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, ear);
        Socket client = await Client(listener.Address);
        ITransport transport = await ear.Accepted;
        client.LingerState = ResetOnClose;
        client.Dispose();
        await ear.Readable;
        IoResult result = await world.On(() => transport.Read(new byte[10]));
        Assert.Equal((IoStatus.Failed, Libc.ECONNRESET), (result.Status, result.Error));
        await world.On(() => transport.Close(CloseMode.Graceful));
    }

    [Fact]
    public async Task A_reset_that_a_send_was_told_of_does_not_become_an_end_for_the_next_read()
    {
        await using EpollWorld world = new();
        Ear ear = new();
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, ear);
        Socket client = await Client(listener.Address);
        ITransport transport = await ear.Accepted;
        await client.SendAsync("part of a response"u8.ToArray());
        await ear.Readable;
        client.LingerState = ResetOnClose;
        client.Dispose();

        IoResult write = default;
        StringBuilder text = new();
        while (write.Status != IoStatus.Failed)
        {
            write = await world.On(() => Send(world.Loop, transport, "x"));
        }
        IoStatus read;
        do
        {
            read = await world.On(() => ReadSome(transport, text));
        }
        while (read == IoStatus.Done);
        Assert.Equal(IoStatus.Failed, read);
        Assert.Equal("part of a response", text.ToString());
        await world.On(() => transport.Close(CloseMode.Graceful));
    }

    [Fact]
    public async Task Events_of_a_closed_descriptor_do_not_reach_its_next_owner()
    {
        await using EpollWorld world = new();
        using Socket silent = Listener();
        TransportAddress silentAddress = AddressOf(silent);
        Victims victims = new(world.Loop, silentAddress);
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, victims);
        Socket[] clients = [await Client(listener.Address), await Client(listener.Address)];
        while (await world.On(() => victims.Count) < 2)
        {
        }
        // Both become readable while the loop is busy, so that one epoll_wait tells of both.
        using ManualResetEventSlim busy = new();
        using ManualResetEventSlim go = new();
        world.Loop.Post(
            _ =>
            {
                busy.Set();
                go.Wait();
            },
            state: null);
        busy.Wait();
        foreach (Socket client in clients)
        {
            await client.SendAsync("x"u8.ToArray());
        }
        go.Set();
        foreach (Ear reborn in victims.Reborn)
        {
            Assert.Equal(0, await reborn.Connected);
            Assert.Equal((1, 0), await world.On(() => (victims.ReadableCount, reborn.ReadableCount)));
        }
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Loops_share_a_port()
    {
        await using EpollWorld world = new(loopCount: 2);
        Echo[] echoes = [new(world.Loops[0]), new(world.Loops[1])];
        ITransportListener first = await world.Listen(EpollWorld.AnyPort, echoes[0], reusePort: true);
        ITransportListener second = await world.Listen(first.Address, echoes[1], world.Loops[1], reusePort: true);
        Assert.Equal(first.Address, second.Address);
        for (int i = 0; i < 64; i++)
        {
            await EchoOnce(await Client(first.Address));
        }
        Assert.Equal(64, echoes.Sum(echo => echo.AcceptedCount));
        Assert.All(echoes, echo => Assert.NotEqual(0, echo.AcceptedCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unix_socket_is_shared_by_loops_and_unlinked_by_the_last(bool isAbstract)
    {
        await using EpollWorld world = new(loopCount: 2);
        string path = isAbstract ? $"@mosn-test-{Guid.NewGuid():N}" : world.TemporaryPath();
        Echo[] echoes = [new(world.Loops[0]), new(world.Loops[1])];
        ITransportListener first = await world.Listen(TransportAddress.Unix(path), echoes[0]);
        ITransportListener second = await world.On(world.Loops[1], () => first.ShareWith(world.Loops[1], echoes[1]));
        for (int i = 0; i < 20; i++)
        {
            await EchoOnce(await UnixClient(path));
        }
        await world.On(first.Close);
        await EchoOnce(await UnixClient(path));
        Assert.Equal(21, echoes.Sum(echo => echo.AcceptedCount));
        await world.On(world.Loops[1], () =>
        {
            second.Close();
            return 0;
        });
        Assert.False(File.Exists(path));
        await Assert.ThrowsAsync<SocketException>(() => UnixClient(path));
    }

    [Fact]
    public async Task A_stale_socket_file_is_taken_over_and_a_live_one_is_not()
    {
        await using EpollWorld world = new();
        string path = world.TemporaryPath();
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            int descriptor = BindOnly(path);
            Libc.Close(descriptor);
        }
        Assert.True(File.Exists(path));
        Echo echo = new(world.Loop);
        await world.Listen(TransportAddress.Unix(path), echo);
        await EchoOnce(await UnixClient(path));
        await Assert.ThrowsAsync<IOException>(() => world.Listen(TransportAddress.Unix(path), echo));
        await EchoOnce(await UnixClient(path));
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_removed()
    {
        await using EpollWorld world = new();
        string path = world.TemporaryPath();
        await File.WriteAllTextAsync(path, "precious");
        await Assert.ThrowsAsync<IOException>(() => world.Listen(TransportAddress.Unix(path), new Echo(world.Loop)));
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task IPv6_works_and_an_IPv4_peer_of_the_any_address_is_told_as_such()
    {
        if (!Socket.OSSupportsIPv6)
        {
            Assert.Skip("no IPv6 here");
        }
        await using EpollWorld world = new();
        Echo echo = new(world.Loop);
        ITransportListener six = await world.Listen(TransportAddress.From(IPAddress.IPv6Loopback, 0), echo);
        await EchoOnce(await Client(six.Address));

        Ear ear = new();
        ITransportListener any = await world.Listen(TransportAddress.From(IPAddress.IPv6Any, 0), ear);
        using Socket client = await Client(TransportAddress.From(IPAddress.Loopback, any.Address.Port));
        ITransport transport = await ear.Accepted;
        Assert.Equal(client.LocalEndPoint!.ToString(), transport.RemoteAddress.ToString());
        Assert.Equal(client.RemoteEndPoint!.ToString(), await world.On(() => transport.LocalAddress.ToString()));
        await world.On(() => transport.Close(CloseMode.Graceful));
    }

    [Fact]
    public async Task An_address_in_use_is_told_with_its_name()
    {
        await using EpollWorld world = new();
        Echo echo = new(world.Loop);
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, echo);
        IOException thrown = await Assert.ThrowsAsync<IOException>(() => world.Listen(listener.Address, echo));
        Assert.Contains(listener.Address.ToString(), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_listener_refuses_and_its_connections_live_on()
    {
        await using EpollWorld world = new();
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, new Echo(world.Loop));
        using Socket client = await Client(listener.Address);
        await EchoOnce(client, dispose: false);
        await world.On(() =>
        {
            listener.Close();
            listener.Close();
        });
        await Assert.ThrowsAsync<SocketException>(() => Client(listener.Address));
        await EchoOnce(client, dispose: false);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_taken_is_shed()
    {
        await using EpollWorld world = new();
        using Socket listener = Listener();
        using Socket client = await Client(AddressOf(listener));
        int descriptor = (int)listener.Handle;
        await world.On(() => world.Loop.ShedOne(descriptor));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task Echoes_allocate_nothing_after_the_first()
    {
        await using EpollWorld world = new();
        Echo echo = new(world.Loop);
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, echo);
        using Socket client = await Client(listener.Address);
        byte[] message = new byte[100];
        for (int i = 0; i < 3000; i++)
        {
            client.Send(message);
            for (int got = 0; got < message.Length;)
            {
                got += client.Receive(message.AsSpan(got));
            }
        }
        Assert.Equal(0, echo.AllocatedAt[2900] - echo.AllocatedAt[1000]);
    }

    [Fact]
    public async Task Posts_of_many_threads_run_once_each_and_in_their_threads_order()
    {
        await using EpollWorld world = new();
        int[] next = new int[4];
        int disorder = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(thread => new Thread(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                world.Loop.Post(
                    state =>
                    {
                        (int from, int number) = ((int, int))state!;
                        disorder += next[from]++ == number ? 0 : 1;
                    },
                    (thread, i));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal((0, 80_000), await world.On(() => (disorder, next.Sum())));
    }

    [Fact]
    public async Task A_timer_runs_on_its_loop_without_other_events()
    {
        await using EpollWorld world = new();
        OneShot timer = new(world.Loop);
        long before = await world.On(() =>
        {
            world.Loop.Timers.Set(timer, world.Loop.NowMs + 30);
            return world.Loop.NowMs;
        });
        Assert.True(await timer.Fired.WaitAsync(TimeSpan.FromSeconds(10)) >= before + 30);
    }

    [Fact]
    public unsafe void An_event_is_laid_out_as_the_system_has_it()
    {
        int epoll = Libc.EpollCreate(Libc.EPOLL_CLOEXEC);
        int[] descriptors = [Libc.EventDescriptor(1, 0), Libc.EventDescriptor(1, 0)];
        byte* item = stackalloc byte[16];
        for (uint i = 0; i < 2; i++)
        {
            EpollEvent.Write(item, Libc.EPOLLIN, 0x0123456789ABCDE0UL + i);
            Assert.Equal(0, Libc.EpollControl(epoll, Libc.EPOLL_CTL_ADD, descriptors[i], item));
        }
        byte* events = stackalloc byte[64];
        Assert.Equal(2, Libc.EpollWait(epoll, events, 4, 0));
        ulong[] data = [EpollEvent.Data(events), EpollEvent.Data(events + EpollEvent.Stride)];
        Assert.Equal([0x0123456789ABCDE0UL, 0x0123456789ABCDE1UL], data.Order());
        Assert.Equal(Libc.EPOLLIN, EpollEvent.Events(events + EpollEvent.Stride));
        Libc.Close(epoll);
        Array.ForEach(descriptors, descriptor => Libc.Close(descriptor));
    }

    private static Socket Listener()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(10);
        return listener;
    }

    private static TransportAddress AddressOf(Socket listener) =>
        TransportAddress.From(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port);

    private static async Task<Socket> Client(TransportAddress address, int receiveBuffer = 0)
    {
        IPEndPoint end = IPEndPoint.Parse(address.ToString());
        Socket client = new(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            client.ReceiveBufferSize = receiveBuffer;
        }
        await client.ConnectAsync(end);
        return client;
    }

    private static async Task<Socket> UnixClient(string path)
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path.Replace('@', '\0')));
        return client;
    }

    private static async Task EchoOnce(Socket client, bool dispose = true)
    {
        await client.SendAsync("hello"u8.ToArray());
        Assert.Equal("hello", await ReceiveText(client, 5));
        if (dispose)
        {
            client.Dispose();
        }
    }

    private static async Task SendAll(Socket socket, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        }
    }

    private static async Task ReceiveAll(Socket socket, byte[] into)
    {
        for (int got = 0; got < into.Length;)
        {
            int count = await socket.ReceiveAsync(into.AsMemory(got));
            Assert.NotEqual(0, count);
            got += count;
        }
    }

    private static async Task<string> ReceiveText(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        await ReceiveAll(socket, bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Completes when the echo has much to send and sends nothing for a while of looking.</summary>
    private static async Task StandsStill(EpollWorld world, Echo echo)
    {
        int quiet = 0;
        for (int last = 0; quiet < 200;)
        {
            int peak = await world.On(() => echo.OutputPeak);
            quiet = peak == last && peak >= Echo.OutputMax ? quiet + 1 : 0;
            last = peak;
            await Task.Yield();
        }
    }

    private static IoResult Send(EpollLoop loop, ITransport transport, string text)
    {
        OutputQueue output = new(loop.Buffers);
        output.Write(Encoding.Latin1.GetBytes(text));
        IoResult result = transport.Flush(output);
        output.Clear();
        return result;
    }

    private static string ReadText(ITransport transport)
    {
        StringBuilder text = new();
        ReadSome(transport, text);
        return text.ToString();
    }

    private static IoStatus ReadSome(ITransport transport, StringBuilder into)
    {
        byte[] room = new byte[1000];
        IoResult result = transport.Read(room);
        into.Append(Encoding.Latin1.GetString(room, 0, result.Count));
        return result.Status;
    }

    private static unsafe int BindOnly(string path)
    {
        int descriptor = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM, 0);
        byte* bytes = stackalloc byte[SocketAddress.LengthMax];
        int length = SocketAddress.Write(TransportAddress.Unix(path), new Span<byte>(bytes, SocketAddress.LengthMax));
        Assert.Equal(0, Libc.Bind(descriptor, bytes, (uint)length));
        return descriptor;
    }

    private sealed class OneShot(EventLoop loop) : LoopTimer
    {
        private readonly TaskCompletionSource<long> _fired = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<long> Fired => _fired.Task;

        protected internal override void OnTimer() => _fired.SetResult(loop.IsCurrent ? loop.NowMs : -1);
    }

    /// <summary>Two connections, of which the first to be readable closes both and connects elsewhere in their place.</summary>
    private sealed class Victims(EpollLoop loop, TransportAddress silent) : IAcceptor
    {
        private readonly List<ITransport> _transports = [];

        /// <summary>As many as were closed, so that both descriptors have a new owner.</summary>
        public Ear[] Reborn { get; } = [new(), new()];
        public int Count => _transports.Count;
        public int ReadableCount { get; private set; }

        public void OnAccepted(ITransport transport)
        {
            _transports.Add(transport);
            transport.SetEvents(new Ear { WhenReadable = OnReadable });
        }

        public void OnAcceptFailed(int error) => Assert.Fail("accept failed");

        private void OnReadable()
        {
            ReadableCount++;
            _transports.ForEach(transport => transport.Close(CloseMode.Reset));
            Array.ForEach(Reborn, reborn => loop.Connect(silent, default, reborn));
        }
    }
}
