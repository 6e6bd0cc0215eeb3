using System.Net;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Testing;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Network;

/// <summary>One connection over the in-memory transport, with a filter and a listener that the test scripts.</summary>
public class ConnectionTests
{
    private static readonly TransportAddress Address = TransportAddress.From(IPAddress.Loopback, 2045);

    [Fact]
    public void What_was_written_before_a_close_reaches_a_reader_however_slow()
    {
        World world = new(new ConnectionOptions { WriteTimeoutMs = 15_000 });
        world.Client.PauseReading();
        world.Accept();
        world.Connection.Write(new byte[200_000]);
        world.Connection.Close(ConnectionCloseKind.Flush);
        while (world.Client.ReceivedTotal < 200_000)
        {
            world.Network.Advance(10_000);
            Assert.True(world.Client.ReadSome(30_000) > 0, $"{world.Client.ReceivedTotal} bytes, then nothing");
        }
        world.Client.ResumeReading();
        world.Network.RunUntilIdle();
        Assert.True(world.Client.InputEnded);
        Assert.False(world.Client.WasReset);
    }

    [Fact]
    public void A_reader_that_takes_nothing_more_after_a_close_is_reset()
    {
        World world = new(new ConnectionOptions { WriteTimeoutMs = 15_000 });
        world.Client.PauseReading();
        world.Accept();
        world.Connection.Write(new byte[200_000]);
        world.Connection.Close(ConnectionCloseKind.Flush);
        world.Network.Advance(20_000);
        Assert.Equal((0, 0), (world.Network.OpenTransports, world.Network.RentedChunks));
        world.Client.ResumeReading();
        world.Network.RunUntilIdle();
        Assert.True(world.Client.WasReset);
    }

    [Fact]
    public void A_close_waits_for_a_peer_that_still_sends_so_that_it_sees_the_last_bytes()
    {
        World world = new(new ConnectionOptions());
        world.Accept();
        world.Connection.DisableReading();
        world.Client.Send(new byte[10_000]);
        world.Network.RunUntilIdle();
        world.Connection.Write("go away"u8);
        world.Connection.Close(ConnectionCloseKind.Flush);
        world.Network.RunUntilIdle();
        Assert.Equal("go away", world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        Assert.False(world.Client.WasReset);
        Assert.Equal(1, world.Network.OpenTransports);
        world.Client.Close();
        world.Network.RunUntilIdle();
        Assert.Equal((0, 0), (world.Network.OpenTransports, world.Network.RentedChunks));
    }

    [Theory]
    [InlineData("data")]
    [InlineData("turn")]
    [InlineData("timer")]
    public void A_bug_ends_its_connection_and_everything_else_goes_on(string where)
    {
        World world = new(new ConnectionOptions());
        MemoryPeer other = world.Network.Connect(Address);
        world.Accept();
        Session session = world.Sessions[0];
        MemoryPeer victim = session.Connection.RemoteAddress == other.LocalAddress ? other : world.Client;
        MemoryPeer bystander = victim == other ? world.Client : other;
        session.ThrowsOnData = true;
        switch (where)
        {
            case "data":
                victim.Send("x");
                break;
            case "turn":
                session.KeepsInput = true;
                session.ThrowsOnData = false;
                victim.Send("x");
                world.Network.RunUntilIdle();
                session.ThrowsOnData = true;
                session.Connection.ReadAgain();
                break;
            default:
                session.ThrowsOnEvent = true;
                session.Connection.SetDeadline(world.Network.Clock.NowMs + 10);
                break;
        }
        Assert.Throws<InvalidDataException>(() => world.Network.Advance(100));
        world.Network.RunUntilIdle();
        Assert.True(victim.WasReset);
        Assert.True(session.Connection.IsClosed);
        Assert.Contains(ConnectionEvent.LocalClose, session.Events);
        Assert.Equal((1, 0), (world.Network.OpenTransports, world.Network.RentedChunks));

        bystander.Send("still here");
        world.Network.RunUntilIdle();
        Assert.Equal("still here", world.Sessions[1].Text);
    }

    [Fact]
    public void Above_the_high_watermark_producers_pause_and_hear_when_to_go_on()
    {
        World world = new(new ConnectionOptions { OutputHighWatermark = 10_000, OutputLowWatermark = 2_000 });
        world.Client.PauseReading();
        world.Accept();
        Session session = world.Sessions[0];
        world.Connection.Write(new byte[64 * 1024]); // What the network takes.
        world.Network.RunUntilIdle();
        Assert.True(world.Connection.IsWritable);
        session.Events.Clear();
        world.Connection.Write(new byte[10_000]);
        Assert.False(world.Connection.IsWritable);
        world.Network.RunUntilIdle();
        Assert.Empty(session.Events);
        world.Client.ResumeReading();
        world.Network.RunUntilIdle();
        Assert.Equal([ConnectionEvent.Writable], session.Events);
    }

    [Fact]
    public void Disabled_reading_leaves_the_bytes_with_the_peer()
    {
        World world = new(new ConnectionOptions());
        world.Accept();
        world.Connection.DisableReading();
        world.Client.Send(new byte[1_000_000]);
        world.Network.Advance(1_000);
        Assert.True(world.Client.UnsentLength > 900_000);
        Assert.Equal(0, world.Network.RentedChunks);
        world.Connection.EnableReading();
        world.Network.RunUntilIdle();
        Assert.Equal((0, 1_000_000), (world.Client.UnsentLength, world.Connection.BytesRead));
    }

    [Fact]
    public void Input_that_nobody_takes_is_bounded()
    {
        World world = new(new ConnectionOptions { InputLimit = 20_000 });
        world.Accept();
        world.Sessions[0].KeepsInput = true;
        world.Client.Send(new byte[1_000_000]);
        world.Network.RunUntilIdle();
        Assert.InRange(world.Connection.Input.Length, 20_000, 20_000 + BufferPool.LargeChunkBytes);
    }

    [Fact]
    public void A_bug_in_a_filters_start_ends_its_connection_and_gives_its_place_back()
    {
        MemoryNetwork network = new();
        MemoryLoop loop = network.AddLoop();
        MetricRegistry metrics = new(1, StatsMatcher.None);
        ListenerModel model = new()
        {
            Name = "in",
            Address = Address,
            Filters = [new ThrowingFilter()],
            Metrics = metrics.GetOrAdd(DownstreamMetrics.Schema, ("listener", "in")).JoinTo(metrics.Downstream),
        };
        ConnectionLimit limit = new(1);
        ListenerOnLoop listener = new(model, loop, new ConnectionLimit(1), limit, metrics);
        listener.Open(Address, new ListenOptions(Backlog: 10));
        MemoryPeer client = network.Connect(Address);
        Assert.Throws<InvalidDataException>(network.RunUntilIdle);
        network.RunUntilIdle();
        Assert.True(client.WasReset);
        Assert.Equal((0, 0L, 0), (listener.ConnectionCount, limit.Count, network.OpenTransports));
    }

    [Fact]
    public void Input_is_shown_again_even_when_a_read_was_to_follow_anyway()
    {
        World world = new(new ConnectionOptions { InputLimit = BufferPool.ChunkBytes });
        world.Accept();
        world.Sessions[0].KeepsInput = true;
        world.Client.Send(new byte[BufferPool.ChunkBytes]); // Fills the read to its last byte: there may be more.
        world.Network.RunUntilIdle();
        world.Sessions[0].KeepsInput = false;
        world.Connection.Input.Consume(100);
        world.Connection.ResumeReading();
        world.Connection.ReadAgain();
        world.Network.RunUntilIdle();
        Assert.Equal(0, world.Connection.Input.Length);
    }

    [Fact]
    public void A_filter_that_stopped_the_chain_is_not_passed_when_nothing_is_left_to_show()
    {
        World world = new(new ConnectionOptions());
        world.Accept();
        Session second = new(world.Connection);
        world.Connection.Filters.AddReadFilter(second);
        world.Sessions[0].KeepsInput = true;
        world.Client.Send("abc");
        world.Network.RunUntilIdle();
        world.Connection.ReadAgain();
        world.Connection.Input.Consume(3);
        world.Network.RunUntilIdle();
        Assert.False(second.HasBegun);
        world.Connection.Filters.ContinueReading(world.Sessions[0]);
        Assert.True(second.HasBegun);
    }

    [Fact]
    public void A_close_reads_to_the_end_of_what_the_peer_had_sent_already()
    {
        World world = new(new ConnectionOptions(), new LargeBuffers());
        world.Accept();
        world.Connection.DisableReading();
        world.Client.Send(new byte[1_000_000]);
        world.Client.SendEnd();
        world.Network.RunUntilIdle();
        Assert.Equal(0, world.Client.UnsentLength);
        world.Connection.Write("go away"u8);
        world.Connection.Close(ConnectionCloseKind.Flush);
        world.Network.RunUntilIdle();
        Assert.Equal((0, 0), (world.Network.OpenTransports, world.Network.RentedChunks));
        Assert.Equal("go away", world.Client.ReceivedText);
        Assert.False(world.Client.WasReset);
    }

    [Theory]
    [InlineData(ConnectOutcome.Refused, ConnectionEvent.ConnectFailed)]
    [InlineData(ConnectOutcome.Unanswered, ConnectionEvent.ConnectTimeout)]
    [InlineData(ConnectOutcome.Accepted, ConnectionEvent.Connected)]
    public void A_connect_has_one_outcome(ConnectOutcome outcome, ConnectionEvent expected)
    {
        World world = new(new ConnectionOptions());
        TransportAddress upstream = TransportAddress.From(IPAddress.Loopback, 9000);
        MemoryHost host = world.Network.Host(upstream);
        world.Network.SetOutcome(upstream, outcome);
        Session session = new(null!);
        Connection connection = Connection.Connect(
            world.Loop, upstream, default, new ConnectionOptions { ConnectTimeoutMs = 5_000 }, session);
        connection.Write("sent once it stands"u8);
        world.Accept();
        int others = world.Sessions.Count;
        world.Network.Advance(60_000);
        Assert.Equal([expected], session.Events);
        Assert.Equal(others + (outcome == ConnectOutcome.Accepted ? 1 : 0), world.Network.OpenTransports);
        Assert.Equal(
            outcome == ConnectOutcome.Accepted ? "sent once it stands" : null,
            host.Peers.Count > 0 ? host.Peers[0].ReceivedText : null);
        Assert.Equal(0, world.Network.RentedChunks);
    }

    private sealed class ThrowingFilter : INetworkFilterFactory
    {
        public void AddTo(Connection connection) => throw new InvalidDataException("a bug");
    }

    private sealed class LargeBuffers : MemoryWeather
    {
        public override int BufferBytes() => 2_000_000;
    }

    [Fact]
    public void Connections_whose_bytes_come_together_have_received_before_one_of_them_is_looked_at()
    {
        World world = new(new ConnectionOptions());
        List<MemoryPeer> clients = [world.Client, .. Enumerable.Range(0, 9).Select(_ => world.Network.Connect(Address))];
        world.Accept();
        List<long> received = [];
        foreach (Session session in world.Sessions)
        {
            session.OnText = () => received.Add(world.Sessions.Sum(each => each.Connection.BytesRead));
        }
        clients.ForEach(client => client.Send("x"u8));
        world.Network.RunUntilIdle();
        Assert.Equal(Enumerable.Repeat(10L, 10), received);
    }

    [Fact]
    public void A_group_of_connections_that_have_received_is_bounded()
    {
        World world = new(new ConnectionOptions());
        List<MemoryPeer> clients = [world.Client];
        world.Accept();
        for (int i = 1; i < 100; i++)
        {
            clients.Add(world.Network.Connect(Address));
            world.Accept();
        }
        int held = 0;
        foreach (Session session in world.Sessions)
        {
            session.OnText = () => held = Math.Max(held, world.Loop.Buffers.RentedCount);
        }
        clients.ForEach(client => client.Send("x"u8));
        world.Network.RunUntilIdle();
        Assert.All(world.Sessions, session => Assert.Equal("x", session.Text));
        Assert.InRange(held, 2, 32);
    }

    private sealed class World : IAcceptor
    {
        private readonly ConnectionOptions _options;

        public World(ConnectionOptions options, MemoryWeather? weather = null)
        {
            _options = options;
            Network = new MemoryNetwork(weather);
            Loop = Network.AddLoop();
            Loop.Listen(Address, new ListenOptions { Backlog = 10 }, this);
            Client = Network.Connect(Address);
        }

        public MemoryNetwork Network { get; }
        public MemoryLoop Loop { get; }
        public MemoryPeer Client { get; }
        public List<Session> Sessions { get; } = [];
        public Connection Connection => Sessions[0].Connection;

        public void Accept() => Network.RunUntilIdle();

        public void OnAccepted(ITransport transport)
        {
            Session session = new(Connection.Accepted(Loop, transport, _options));
            Sessions.Add(session);
            session.Connection.Filters.AddReadFilter(session);
            session.Connection.AddListener(session);
            session.Connection.Start();
        }

        public void OnAcceptFailed(int error) => Assert.Fail("accept failed");
    }

    private sealed class Session(Connection connection) : INetworkReadFilter, IConnectionListener
    {
        public Connection Connection => connection;
        public List<ConnectionEvent> Events { get; } = [];
        public string Text { get; private set; } = "";
        public bool KeepsInput { get; set; }
        public Action OnText { get; set; } = static () => { };
        public bool ThrowsOnData { get; set; }
        public bool ThrowsOnEvent { get; set; }
        public bool HasBegun { get; private set; }

        public FilterStatus OnNewConnection(Connection connection)
        {
            HasBegun = true;
            return FilterStatus.Continue;
        }

        public FilterStatus OnData(Connection connection, ReadBuffer input)
        {
            if (ThrowsOnData)
            {
                throw new InvalidDataException("a bug");
            }
            if (!KeepsInput)
            {
                Text += System.Text.Encoding.Latin1.GetString(input.Unread[..Math.Min(100, input.Length)]);
                input.Consume(input.Length);
                OnText();
            }
            return FilterStatus.Stop;
        }

        public void OnEvent(Connection connection, ConnectionEvent what)
        {
            Events.Add(what);
            if (ThrowsOnEvent && what == ConnectionEvent.Deadline)
            {
                throw new InvalidDataException("a bug");
            }
        }
    }
}
