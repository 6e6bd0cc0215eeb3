using System.Net;
using System.Text;
using Mosn.Testing;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Testing;

public class MemoryNetworkTests
{
    private static readonly TransportAddress Address = TransportAddress.From(IPAddress.Loopback, 2045);

    [Fact]
    public void Bytes_go_both_ways_and_an_end_is_seen_after_them()
    {
        World world = new();
        MemoryPeer client = world.Network.Connect(Address);
        client.Send("ping");
        client.SendEnd();
        world.Network.RunUntilIdle();
        Recorder server = world.Accepted.Single();
        Assert.Equal("ping", server.Text);
        Assert.Equal(IoStatus.EndOfInput, server.Last.Status);

        server.Write("pong");
        server.Transport!.ShutdownWrite();
        world.Network.RunUntilIdle();
        Assert.Equal("pong", client.ReceivedText);
        Assert.True(client.InputEnded);
        Assert.False(client.WasReset);
    }

    [Fact]
    public void A_full_buffer_blocks_the_writer_until_a_third_of_it_is_free()
    {
        World world = new(new Fixed { Buffer = 300 });
        MemoryPeer client = world.Network.Connect(Address);
        client.PauseReading();
        world.Network.RunUntilIdle();
        Recorder server = world.Accepted.Single();

        server.Write(new string('x', 500));
        Assert.Equal((IoStatus.WouldBlock, 300, 200), (server.Last.Status, server.Last.Count, server.Output.Length));
        world.Network.RunUntilIdle();
        client.ReadSome(99);
        world.Network.RunUntilIdle();
        Assert.Equal(0, server.WritableCount);
        client.ReadSome(1);
        world.Network.RunUntilIdle();
        Assert.Equal(1, server.WritableCount);
        Assert.Equal(100, server.Output.Length);
        client.ResumeReading();
        world.Network.RunUntilIdle();
        Assert.Equal(500, client.ReceivedTotal);
    }

    [Fact]
    public void Events_are_edges_and_unread_bytes_are_told_of_once()
    {
        World world = new();
        MemoryPeer client = world.Network.Connect(Address);
        client.Send("one");
        world.Paused = true;
        world.Network.RunUntilIdle();
        Recorder server = world.Accepted.Single();
        Assert.Equal(1, server.ReadableCount);
        world.Network.Advance(1000);
        Assert.Equal(1, server.ReadableCount);
        client.Send("two");
        world.Network.RunUntilIdle();
        Assert.Equal(2, server.ReadableCount);
        Assert.Equal("", server.Text);
        server.ReadAll();
        Assert.Equal("onetwo", server.Text);
        Assert.False(server.Transport!.MayRead);
    }

    [Fact]
    public void A_reset_is_an_error_to_the_other_end()
    {
        World world = new();
        MemoryPeer client = world.Network.Connect(Address);
        world.Network.RunUntilIdle();
        client.Send("half");
        world.Network.RunUntilIdle();
        client.Reset();
        world.Network.RunUntilIdle();
        Recorder server = world.Accepted.Single();
        Assert.Equal((IoStatus.Failed, 104), (server.Last.Status, server.Last.Error));

        MemoryPeer other = world.Network.Connect(Address);
        world.Network.RunUntilIdle();
        world.Accepted[1].Transport!.Close(CloseMode.Reset);
        world.Network.RunUntilIdle();
        Assert.True(other.WasReset);
        Assert.False(other.InputEnded);
    }

    [Fact]
    public void A_reset_may_overtake_and_drop_what_was_not_read()
    {
        World world = new(new Fixed { Overtakes = true });
        MemoryPeer client = world.Network.Connect(Address);
        world.Network.RunUntilIdle();
        Recorder server = world.Accepted.Single();
        server.Write("never seen");
        server.Transport!.Close(CloseMode.Reset);
        world.Network.RunUntilIdle();
        Assert.True(client.WasReset);
        Assert.Equal(0, client.ReceivedTotal);
    }

    [Fact]
    public void A_close_with_unread_bytes_is_a_reset()
    {
        World world = new() { Paused = true };
        MemoryPeer client = world.Network.Connect(Address);
        client.Send("unread");
        world.Network.RunUntilIdle();
        world.Accepted.Single().Transport!.Close(CloseMode.Graceful);
        world.Network.RunUntilIdle();
        Assert.True(client.WasReset);
    }

    [Fact]
    public void Bytes_sent_to_a_closed_end_come_back_as_a_reset()
    {
        World world = new();
        MemoryPeer client = world.Network.Connect(Address);
        world.Network.RunUntilIdle();
        world.Accepted.Single().Transport!.Close(CloseMode.Graceful);
        world.Network.RunUntilIdle();
        Assert.True(client.InputEnded);
        client.Send("late");
        world.Network.RunUntilIdle();
        client.Send("later");
        world.Network.RunUntilIdle();
        Assert.True(client.WasReset);
    }

    [Theory]
    [InlineData(ConnectOutcome.Accepted, 0)]
    [InlineData(ConnectOutcome.Refused, 111)]
    [InlineData(ConnectOutcome.Unanswered, -1)]
    public void A_connect_has_the_outcome_that_the_test_sets(ConnectOutcome outcome, int error)
    {
        World world = new();
        TransportAddress upstream = TransportAddress.From(IPAddress.Loopback, 9000);
        MemoryHost host = world.Network.Host(upstream);
        world.Network.SetOutcome(upstream, outcome);
        Recorder events = new(world);
        events.Transport = world.Loop.Connect(upstream, default, events);
        Assert.Equal(-1, events.ConnectError);
        world.Network.Advance(60_000);
        Assert.Equal(error, events.ConnectError);
        Assert.Equal(outcome == ConnectOutcome.Accepted ? 1 : 0, host.Peers.Count);
    }

    [Fact]
    public void A_connect_without_a_listener_is_refused_after_the_delay()
    {
        World world = new(new Fixed { DelayMs = 20 });
        MemoryPeer client = world.Network.Connect(TransportAddress.From(IPAddress.Loopback, 1));
        world.Network.Advance(19);
        Assert.False(client.WasRefused);
        world.Network.Advance(1);
        Assert.True(client.WasRefused);
    }

    [Fact]
    public void Pieces_arrive_apart_and_late_but_in_order()
    {
        World world = new(new Fixed { Piece = 1, DelayMs = 5 });
        MemoryPeer client = world.Network.Connect(Address);
        client.Send("abcdef");
        world.Network.Advance(9);
        Assert.Equal("", world.Accepted.Single().Text);
        world.Network.Advance(1);
        Assert.Equal("abcdef", world.Accepted.Single().Text);
    }

    [Fact]
    public void Listeners_of_several_loops_share_an_address()
    {
        World world = new(new SeededWeather(seed: 5));
        MemoryLoop second = world.Network.AddLoop();
        second.Listen(Address, new ListenOptions { Backlog = 100, ReusePort = true }, world);
        for (int i = 0; i < 50; i++)
        {
            world.Network.Connect(Address);
        }
        world.Network.Advance(1000);
        Assert.Equal(50, world.Accepted.Count);
        Assert.True(second.TurnCount > 0 && world.Loop.TurnCount > 0);
    }

    [Fact]
    public void Timers_run_at_their_own_time_and_posted_work_at_once()
    {
        World world = new();
        List<string> seen = [];
        Timer timer = new(() => seen.Add($"timer at {world.Loop.NowMs % 10_000}"));
        world.Loop.Timers.Set(timer, world.Loop.NowMs + 100);
        world.Loop.Post(_ => seen.Add("posted"), state: null);
        world.Network.RunUntilIdle();
        Assert.Equal(["posted"], seen);
        world.Network.Advance(99);
        Assert.Equal(["posted"], seen);
        world.Network.Advance(1000);
        Assert.Equal(["posted", "timer at 104"], seen); // The wheel's ticks are 8 ms.
    }

    [Fact]
    public void A_bug_in_a_handler_reaches_the_test_and_ends_the_transport()
    {
        World world = new();
        MemoryPeer client = world.Network.Connect(Address);
        world.Network.RunUntilIdle();
        world.Accepted.Single().Throws = true;
        client.Send("x");
        Assert.Throws<InvalidDataException>(world.Network.RunUntilIdle);
        world.Network.RunUntilIdle();
        Assert.True(client.WasReset);
        Assert.Equal(0, world.Network.OpenTransports);
    }

    [Fact]
    public void Awaits_of_foreign_tasks_come_back_to_the_loop()
    {
        World world = new();
        TaskCompletionSource foreign = new();
        bool onLoop = false;
        world.Loop.Post(_ => _ = Wait(), state: null);
        world.Network.RunUntilIdle();
        foreign.SetResult();
        Assert.False(onLoop);
        world.Network.RunUntilIdle();
        Assert.True(onLoop);

        async Task Wait()
        {
            await foreign.Task;
            onLoop = SynchronizationContext.Current == world.Loop.Context;
        }
    }

    [Fact]
    public void The_same_seed_is_the_same_world()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(Story(seed), Story(seed));
        }
        Assert.True(Enumerable.Range(0, 20).Select(Story).Distinct().Count() > 10);

        static string Story(int seed)
        {
            World world = new(new SeededWeather(seed, breaks: true));
            for (int i = 0; i < 5; i++)
            {
                MemoryPeer client = world.Network.Connect(Address);
                client.Send(new string((char)('a' + i), 700));
            }
            StringBuilder story = new();
            for (int i = 0; i < 50; i++)
            {
                world.Network.Advance(20);
                story.AppendJoin(' ', world.Accepted.Select(server => $"{server.Text.Length}/{server.Last.Status}"));
            }
            return story.ToString();
        }
    }

    [Fact]
    public void Steady_traffic_allocates_nothing()
    {
        World world = new() { Echo = true };
        MemoryPeer client = world.Network.Connect(Address);
        byte[] message = new byte[100];
        Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1100 * 100, client.ReceivedTotal);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.ClearReceived();
                client.Send(message);
                world.Network.RunUntilIdle();
            }
        }
    }

    private sealed class Fixed : MemoryWeather
    {
        public int Buffer { get; init; } = 64 * 1024;
        public int Piece { get; init; } = int.MaxValue;
        public long DelayMs { get; init; }
        public bool Overtakes { get; init; }

        public override int BufferBytes() => Buffer;
        public override int NextPiece(int left) => Math.Min(left, Piece);
        public override long DelayNs() => DelayMs * ManualClock.NsPerMs;
        public override bool ResetOvertakes() => Overtakes;
    }

    private sealed class Timer(Action action) : LoopTimer
    {
        protected internal override void OnTimer() => action();
    }

    private sealed class World : IAcceptor
    {
        public World(MemoryWeather? weather = null)
        {
            Network = new MemoryNetwork(weather);
            Loop = Network.AddLoop();
            Loop.Listen(Address, new ListenOptions { Backlog = 100, ReusePort = true }, this);
        }

        public MemoryNetwork Network { get; }
        public MemoryLoop Loop { get; }
        public List<Recorder> Accepted { get; } = [];
        public bool Paused { get; set; }
        public bool Echo { get; init; }

        public void OnAccepted(ITransport transport)
        {
            Recorder recorder = new(this) { Transport = transport };
            Accepted.Add(recorder);
            transport.SetEvents(recorder);
        }

        public void OnAcceptFailed(int error) => Assert.Fail("accept failed");
    }

    /// <summary>An owner of a transport that reads at once, unless its world is paused, and keeps what it sees.</summary>
    private sealed class Recorder(World world) : ITransportEvents
    {
        private readonly byte[] _room = new byte[64];
        private readonly StringBuilder _text = new();

        public ITransport? Transport { get; set; }
        public OutputQueue Output { get; } = new(world.Loop.Buffers);
        public IoResult Last { get; private set; }
        public string Text => _text.ToString();
        public int ReadableCount { get; private set; }
        public int WritableCount { get; private set; }
        public int ConnectError { get; private set; } = -1;
        public bool Throws { get; set; }

        public void Write(string text)
        {
            Output.Write(Encoding.Latin1.GetBytes(text));
            Last = Transport!.Flush(Output);
        }

        public void ReadAll()
        {
            do
            {
                Last = Transport!.Read(_room);
                if (world.Echo)
                {
                    Output.Write(_room.AsSpan(0, Last.Count));
                    Transport.Flush(Output);
                }
                else
                {
                    _text.Append(Encoding.Latin1.GetString(_room, 0, Last.Count));
                }
            }
            while (Last.Status == IoStatus.Done && Transport.MayRead);
        }

        public void OnReadable()
        {
            if (Throws)
            {
                throw new InvalidDataException("a bug");
            }
            ReadableCount++;
            if (!world.Paused)
            {
                ReadAll();
            }
        }

        public void OnWritable()
        {
            WritableCount++;
            Last = Transport!.Flush(Output);
        }

        public void OnConnected(int error) => ConnectError = error;
    }
}
