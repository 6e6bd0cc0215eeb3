using System.Net;
using System.Runtime.ExceptionServices;
using Mosn.Transport;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Testing;

/// <summary>
/// A world in memory: a clock, loops, and a network between them and the peers that a test drives. Nothing runs by
/// itself and nothing is random but the weather, so a seed replays exactly. Belongs to one thread.
/// </summary>
public sealed class MemoryNetwork
{
    private const int RoundsMax = 1_000_000;

    private readonly List<MemoryLoop> _loops = [];
    private readonly List<IMemoryAcceptQueue> _listeners = [];
    private readonly Dictionary<TransportAddress, ConnectOutcome> _outcomes = [];
    private readonly Dictionary<TransportAddress, (TransportAddress To, bool KeepsAddress)> _redirects = [];
    private readonly PriorityQueue<Arrival, (long AtNs, long Order)> _arrivals = new();
    private readonly Queue<MemoryPeer> _peers = new();
    private readonly List<Exception> _bugs = [];
    private long _order;
    private ushort _nextPort = 40_000;

    private enum ArrivalKind : byte
    {
        Connected,
        Bytes,
        End,
        Reset,
        Window,
    }

    private readonly record struct Arrival(ArrivalKind Kind, MemorySocket Target, int Value);

    /// <param name="weather">What the network does to traffic; null for a fine day.</param>
    public MemoryNetwork(MemoryWeather? weather = null)
    {
        Weather = weather ?? new MemoryWeather();
        ThreadId = Environment.CurrentManagedThreadId;
    }

    /// <summary>What the network does to traffic. May be changed under way.</summary>
    public MemoryWeather Weather { get; set; }

    /// <summary>The time of this world.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>Loops, by index.</summary>
    public IReadOnlyList<MemoryLoop> Loops => _loops;

    /// <summary>Transports that loops hold open: what would be descriptors. Zero when nothing leaks.</summary>
    public int OpenTransports { get; internal set; }

    /// <summary>Reads that transports made: what would be recv calls.</summary>
    public long ReadCalls { get; internal set; }

    /// <summary>Writes that transports made, one for each piece of output.</summary>
    public long WriteCalls { get; internal set; }

    /// <summary>Chunks that anybody holds, over all loops. Zero when nothing leaks.</summary>
    public int RentedChunks => _loops.Sum(loop => loop.Buffers.RentedCount);

    internal int ThreadId { get; }

    /// <summary>Adds a loop; its index is the number of loops before it.</summary>
    public MemoryLoop AddLoop()
    {
        MemoryLoop loop = new(this, _loops.Count);
        _loops.Add(loop);
        return loop;
    }

    /// <summary>Sets the fate of connects to <paramref name="address"/> from now on.</summary>
    public void SetOutcome(in TransportAddress address, ConnectOutcome outcome) => _outcomes[address] = outcome;

    /// <summary>Sends peers that connect to <paramref name="from"/> elsewhere from now on, as a rule of iptables does.</summary>
    /// <param name="keepsAddress">As TPROXY: who accepts sees the address as its own. Else as REDIRECT.</param>
    public void Redirect(in TransportAddress from, in TransportAddress to, bool keepsAddress = false) =>
        _redirects[from] = (to, keepsAddress);

    /// <summary>A peer that connects to <paramref name="address"/>, from <paramref name="source"/> if given.</summary>
    public MemoryPeer Connect(in TransportAddress address, in TransportAddress source = default)
    {
        MemoryPeer peer = new(this);
        peer.Attach(BeginConnect(address, source, peer));
        return peer;
    }

    /// <summary>A host that the test drives: what connects to <paramref name="address"/> becomes a peer.</summary>
    /// <param name="onPeer">Called for each, before anything was read.</param>
    public MemoryHost Host(in TransportAddress address, Action<MemoryPeer>? onPeer = null)
    {
        MemoryHost host = new(this, WithPort(address), onPeer);
        Add(host);
        return host;
    }

    /// <summary>Runs everything that is due at the present time, until nothing is.</summary>
    /// <exception cref="InvalidOperationException">The world does not come to rest.</exception>
    public void RunUntilIdle()
    {
        for (int round = 0; RunRound(); round++)
        {
            if (round > RoundsMax)
            {
                throw new InvalidOperationException("The world does not come to rest.");
            }
        }
    }

    /// <summary>Moves time on by <paramref name="ms"/>, running what falls due on the way at its own time.</summary>
    public void Advance(long ms)
    {
        long endNs = Clock.NowNs + (ms * ManualClock.NsPerMs);
        RunUntilIdle();
        while (NextDueNs() is var due && due <= endNs)
        {
            Clock.MoveTo(Math.Max(due, Clock.NowNs));
            RunUntilIdle();
        }
        Clock.MoveTo(endNs);
        RunUntilIdle();
    }

    /// <summary>Moves time on until <paramref name="done"/>, but no more than <paramref name="atMostMs"/>.</summary>
    /// <returns>The last answer of <paramref name="done"/>.</returns>
    public bool AdvanceUntil(Func<bool> done, long atMostMs)
    {
        long endNs = Clock.NowNs + (atMostMs * ManualClock.NsPerMs);
        RunUntilIdle();
        while (!done())
        {
            long due = NextDueNs();
            if (due > endNs)
            {
                Clock.MoveTo(endNs);
                RunUntilIdle();
                return done();
            }
            Clock.MoveTo(Math.Max(due, Clock.NowNs));
            RunUntilIdle();
        }
        return true;
    }

    /// <summary>One round of what is due: arrivals, peers, and a turn of each loop that has work.</summary>
    /// <returns>False: nothing was due.</returns>
    public bool RunRound()
    {
        bool ran = false;
        while (_arrivals.TryPeek(out _, out (long AtNs, long) due) && due.AtNs <= Clock.NowNs)
        {
            Deliver(_arrivals.Dequeue());
            ran = true;
        }
        for (int left = _peers.Count; left > 0; left--)
        {
            _peers.Dequeue().Run();
            ran = true;
        }
        for (int i = 0; i < _loops.Count; i++)
        {
            if (_loops[i].HasWork)
            {
                _loops[i].Turn();
                ran = true;
                ThrowBugs();
            }
        }
        return ran;
    }

    internal void OnBug(Exception exception) => _bugs.Add(exception);

    internal void Enqueue(MemoryPeer peer) => _peers.Enqueue(peer);

    internal void Add(IMemoryAcceptQueue listener) => _listeners.Add(listener);

    internal void Remove(IMemoryAcceptQueue listener) => _listeners.Remove(listener);

    internal MemoryTransport ConnectFrom(MemoryLoop loop, in TransportAddress address, ITransportEvents events)
    {
        OpenTransports++;
        MemorySocket socket = BeginConnect(address, source: default, owner: null);
        return new MemoryTransport(loop, socket, events);
    }

    internal MemoryListener ListenOn(
        MemoryLoop loop, in TransportAddress address, in ListenOptions options, IAcceptor acceptor)
    {
        TransportAddress bound = WithPort(address);
        if ((!options.ReusePort || options.IsFirst) && _listeners.Exists(other => other.Address == bound))
        {
            throw new IOException($"bind {bound}: Address already in use (error 98)");
        }
        MemoryListener listener = new(loop, bound, options.Backlog, acceptor);
        Add(listener);
        return listener;
    }

    internal void SendBytes(MemorySocket from, int count)
    {
        while (count > 0)
        {
            int piece = Weather.NextPiece(count);
            Send(from, ArrivalKind.Bytes, piece);
            count -= piece;
        }
    }

    internal void SendEnd(MemorySocket from) => Send(from, ArrivalKind.End, 0);

    internal void SendReset(MemorySocket from)
    {
        if (Weather.ResetOvertakes())
        {
            from.Output.Break();
            from.Output.LastArrivalNs = Clock.NowNs;
        }
        Send(from, ArrivalKind.Reset, 0);
    }

    internal void SendWindow(MemorySocket to) =>
        _arrivals.Enqueue(new Arrival(ArrivalKind.Window, to, 0), (Clock.NowNs + Weather.DelayNs(), _order++));

    private void Send(MemorySocket from, ArrivalKind kind, int value)
    {
        long atNs = Math.Max(from.Output.LastArrivalNs, Clock.NowNs + Weather.DelayNs());
        from.Output.LastArrivalNs = atNs;
        _arrivals.Enqueue(new Arrival(kind, from.Other, value), (atNs, _order++));
    }

    private MemorySocket BeginConnect(in TransportAddress address, in TransportAddress source, IMemorySocketOwner? owner)
    {
        MemoryPipe there = new(Weather.BufferBytes());
        MemoryPipe back = new(Weather.BufferBytes());
        TransportAddress local = source.Kind != AddressKind.None ? source
            : address.Kind == AddressKind.Unix ? default
            : TransportAddress.From(
                address.Kind == AddressKind.IPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, NextPort());
        MemorySocket client = new(this, local, address, back, there) { Owner = owner };
        (TransportAddress listening, TransportAddress seen, TransportAddress meant) = (address, address, default);
        if (owner is not null && _redirects.TryGetValue(address, out (TransportAddress To, bool KeepsAddress) rule))
        {
            listening = rule.To;
            seen = rule.KeepsAddress ? address : rule.To;
            meant = rule.KeepsAddress ? default : address;
        }
        MemorySocket server = new(this, seen, local, there, back) { Other = client, Meant = meant };
        client.Other = server;

        if (!_outcomes.TryGetValue(address, out ConnectOutcome outcome))
        {
            outcome = Weather.OnConnect(address);
        }
        IMemoryAcceptQueue? listener = outcome == ConnectOutcome.Accepted ? FindListener(listening) : null;
        if (outcome == ConnectOutcome.Unanswered)
        {
            return client;
        }
        if (listener is null)
        {
            Send(server, ArrivalKind.Connected, Libc.ECONNREFUSED);
            return client;
        }
        server.OnConnected(error: 0);
        if (listener.Offer(server))
        {
            Send(server, ArrivalKind.Connected, 0);
        }
        return client;
    }

    private IMemoryAcceptQueue? FindListener(TransportAddress address)
    {
        List<IMemoryAcceptQueue> found = _listeners.FindAll(listener => listener.Address == address);
        if (found.Count == 0)
        {
            found = _listeners.FindAll(listener => listener.Address.IsAny && listener.Address.Port == address.Port);
        }
        return found.Count == 0 ? null : found[Weather.Pick(found.Count)];
    }

    private TransportAddress WithPort(in TransportAddress address) =>
        address.Kind is AddressKind.IPv4 or AddressKind.IPv6 && address.Port == 0 ? address.WithPort(NextPort()) : address;

    private ushort NextPort() => _nextPort = _nextPort == ushort.MaxValue ? (ushort)40_000 : (ushort)(_nextPort + 1);

    private void Deliver(in Arrival arrival)
    {
        MemorySocket target = arrival.Target;
        switch (arrival.Kind)
        {
            case ArrivalKind.Connected:
                target.OnConnected(arrival.Value);
                break;
            case ArrivalKind.Bytes when Weather.BreaksNow():
                target.Input.Break();
                target.OnReset(Weather.ResetDropsUnread());
                target.Other.OnReset(Weather.ResetDropsUnread());
                break;
            case ArrivalKind.Bytes:
                target.OnBytes(arrival.Value);
                break;
            case ArrivalKind.End:
                target.OnEnd();
                break;
            case ArrivalKind.Reset:
                target.OnReset(Weather.ResetDropsUnread());
                break;
            default:
                target.OnWindow();
                break;
        }
    }

    private long NextDueNs()
    {
        long next = _arrivals.TryPeek(out _, out (long AtNs, long) due) ? due.AtNs : long.MaxValue;
        foreach (MemoryLoop loop in _loops)
        {
            int delayMs = loop.Timers.NextDelayMs(Clock.NowMs);
            if (delayMs >= 0)
            {
                next = Math.Min(next, (Clock.NowMs + delayMs) * ManualClock.NsPerMs);
            }
        }
        return next;
    }

    private void ThrowBugs()
    {
        if (_bugs.Count > 0)
        {
            Exception[] bugs = [.. _bugs];
            _bugs.Clear();
            if (bugs.Length == 1)
            {
                ExceptionDispatchInfo.Throw(bugs[0]);
            }
            throw new AggregateException(bugs);
        }
    }
}
