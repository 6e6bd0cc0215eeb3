using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Connections that carry many streams at a time. One is filled before the next is begun, and of those that have room the
/// fullest gets the next stream, so that the others can become idle and time out. Belongs to one loop.
/// </summary>
/// <remarks>
/// Wear is gentle here: a connection whose time or number of streams is up gets no more of them once there may be another,
/// and until then carries on. Else a bound on connections and one stream that never ends would stop all others.
/// </remarks>
internal sealed class MultiplexPool : ConnectionPool
{
    /// <summary>
    /// Streams on one connection above which another is preferred, if there may be one, whatever the host allows: more
    /// would all depend on one flow of packets, and on one thread of the host. HAProxy's number.
    /// </summary>
    internal const int StreamsWanted = 100;

    /// <summary>Connections of one pool when nothing is configured; above it the host's own bound of streams counts.</summary>
    internal const int ConnectionsMaxDefault = 128;

    /// <summary>Milliseconds from its making in which a connection is not taken for stale.</summary>
    private const int FreshMs = 1_000;

    /// <summary>Milliseconds in which a busy connection that another pool waits for gets no streams, so that it may end.</summary>
    private const int YieldMs = 20;

    private readonly Func<IMultiplexOwner, IMultiplexConnection> _make;

    /// <summary>Those that may get streams, in no order.</summary>
    private readonly List<Carrier> _carriers = [];
    private Carrier? _current;

    /// <summary>What the host allowed last: connections that it has said nothing on yet will be no different.</summary>
    private int _streamsMaxKnown = int.MaxValue;

    /// <summary>All that are not over, those included that only end what is on them.</summary>
    private int _connectionCount;

    /// <param name="priority">Whose bounds count.</param>
    /// <param name="make">Makes the client side of a connection, to be attached to one.</param>
    public MultiplexPool(
        EventLoop loop, Host host, RoutingPriority priority, Func<IMultiplexOwner, IMultiplexConnection> make)
        : base(loop, host, priority) => _make = make;

    /// <summary>Connections of this pool, whatever the budget says.</summary>
    public int ConnectionsMax { get; init; } = ConnectionsMaxDefault;

    public override bool IsShared => true;

    /// <summary>
    /// Those that large calls have to themselves do not count: else clients that send them slowly would leave none to others.
    /// </summary>
    protected override bool MayConnect =>
        _connectionCount < ConnectionsMax || _connectionCount - CountApart() < ConnectionsMax;

    public override IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = default;
        return HasWaiters
            ? Refuse(out error)
            : owner.HasLargeFrame
            ? NewStreamApart(owner, out error)
            : _current is { IsStanding: true, IsGood: true } current
            ? Open(current, owner)
            : (ChooseGood() ?? TryConnect() ?? ChooseAny()) is { } carrier ? Open(carrier, owner) : Refuse(out error);
    }

    public override IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error)
    {
        // All the streams of a connection that broke come here at once: they share what the first of them has begun.
        error = default;
        return HasWaiters
            ? Refuse(out error)
            : (ChooseGood(mustBeFresh: true) ?? TryConnect() ?? ChooseAny()) is { } carrier ? Open(carrier, owner) : Refuse(out error);
    }

    /// <summary>
    /// One that holds up what is behind it has a connection to itself as long as it is sent; if there can be none, it is sent
    /// among the others once it is whole. Half of the connections that there may be are left to the others.
    /// </summary>
    private IClientStream? NewStreamApart(IStreamOwner owner, out StreamError error)
    {
        error = default;
        long max = Budgets.Connections.Max;
        long spare = max == 0 ? long.MaxValue : (max / 2) - Budgets.Connections.Used;
        Carrier? apart = spare < 0 ? null : ChooseEmpty() ?? (spare > 0 ? TryConnect() : null);
        return apart is not null ? Open(apart, owner, isApart: true)
            : (ChooseGood() ?? TryConnect() ?? ChooseAny()) is { } carrier ? Open(carrier, owner)
            : Refuse(out error);
    }

    protected override void ConnectAhead(BudgetTake slot) => Connect(slot);

    protected override IClientStream OpenOnNew(BudgetTake slot, IStreamOwner owner) => Open(Connect(slot), owner);

    protected override IClientStream? OpenOnKept(IStreamOwner owner) =>
        ((owner.HasLargeFrame ? ChooseEmpty() : null) ?? ChooseGood() ?? ChooseAny()) is { } carrier
            ? Open(carrier, owner)
            : null;

    protected override bool TryCloseIdle()
    {
        foreach (Carrier carrier in _carriers)
        {
            if (carrier.IsIdle)
            {
                carrier.Close();
                return true;
            }
        }
        return false;
    }

    protected override void CloseKept()
    {
        while (_carriers.Count > 0)
        {
            Retire(_carriers[^1]);
        }
    }

    /// <summary>
    /// The fullest that wants more, and one that stands before one that is still being made, as that may take long; null:
    /// there is none. Ends those that are worn and have nothing to do.
    /// </summary>
    /// <param name="mustBeFresh">Only one that was made just now, and had few streams.</param>
    private Carrier? ChooseGood(bool mustBeFresh = false)
    {
        Carrier? best = null;
        int most = int.MinValue;
        for (int i = _carriers.Count - 1; i >= 0; i--)
        {
            Carrier carrier = _carriers[i];
            if (carrier.IsWorn && carrier.IsIdle)
            {
                carrier.Close(); // Takes it out of the list: one that was looked at moves to its place.
            }
            else if (carrier.Rank > most && carrier.IsGood && (!mustBeFresh || carrier.IsFresh))
            {
                most = carrier.Rank;
                best = carrier;
            }
        }
        return best;
    }

    /// <summary>One that has no streams; null: there is none.</summary>
    private Carrier? ChooseEmpty()
    {
        foreach (Carrier carrier in _carriers)
        {
            if (carrier.Connection.StreamCount == 0 && carrier.IsGood)
            {
                return carrier;
            }
        }
        return null;
    }

    /// <summary>The one with the fewest streams of those that may have another at all; null: there is none.</summary>
    private Carrier? ChooseAny()
    {
        Carrier? best = null;
        int fewest = int.MaxValue;
        foreach (Carrier carrier in _carriers)
        {
            int count = carrier.Connection.StreamCount;
            if (count < fewest && carrier.MayOpen)
            {
                fewest = count;
                best = carrier;
            }
        }
        return best;
    }

    /// <summary>Begins one more connection, if there may be one.</summary>
    private Carrier? TryConnect()
    {
        if (!MayConnect)
        {
            return null;
        }
        BudgetTake slot = Budgets.Connections.TryTake();
        return slot == BudgetTake.Refused ? null : Connect(slot);
    }

    private Carrier Connect(BudgetTake slot)
    {
        Carrier carrier = new(this, slot == BudgetTake.Taken);
        _connectionCount++;
        if (!IsClosed)
        {
            carrier.Index = _carriers.Count;
            _carriers.Add(carrier);
        }
        carrier.Connection.Attach(BeginConnect(carrier.Connection));
        return carrier;
    }

    private int CountApart()
    {
        int count = 0;
        foreach (Carrier carrier in _carriers)
        {
            count += carrier.Connection.IsApart ? 1 : 0;
        }
        return count;
    }

    private IClientStream Open(Carrier carrier, IStreamOwner owner, bool isApart = false)
    {
        CountBegin();
        carrier.OpenedCount++;
        if (_current != carrier && carrier.Index >= 0)
        {
            _current = carrier;
        }
        return carrier.Connection.NewStream(owner, isApart);
    }

    /// <summary>It gets no further stream, and ends with the last that is on it.</summary>
    private void Retire(Carrier carrier)
    {
        TakeOut(carrier);
        if (carrier.Connection.StreamCount == 0)
        {
            carrier.Close();
        }
    }

    private void TakeOut(Carrier carrier)
    {
        if (_current == carrier)
        {
            _current = null;
        }
        if (carrier.Index >= 0)
        {
            Carrier last = _carriers[^1];
            _carriers[carrier.Index] = last;
            last.Index = carrier.Index;
            _carriers.RemoveAt(_carriers.Count - 1);
            carrier.Index = -1;
        }
    }

    /// <summary>A stream ended, or the connection stands: it is of use to somebody, or it ends.</summary>
    private void Look(Carrier carrier)
    {
        if (carrier.Index < 0 || carrier.Connection.IsDraining)
        {
            if (carrier.Index >= 0)
            {
                CountGoodbye();
            }
            Retire(carrier);
        }
        else if (carrier.IsIdle)
        {
            if (carrier.IsWorn || carrier.IsYielding || GivesWay())
            {
                carrier.Close();
                return;
            }
            if (_carriers.Count > 1 && _current == carrier)
            {
                _current = null; // The next stream goes to a fuller one.
            }
            ListIdle();
        }
        else if (carrier.HoldsSlot && IsTimeToYield())
        {
            carrier.Yield();
        }
        ServeSoon();
    }

    private static IClientStream? Refuse(out StreamError error)
    {
        error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
        return null;
    }

    /// <summary>One connection of the pool. It is the timer of its yielding.</summary>
    private sealed class Carrier : LoopTimer, IMultiplexOwner
    {
        private readonly MultiplexPool _pool;
        private readonly long _madeMs;
        private readonly long _expiresMs;
        private bool _isOver;

        public Carrier(MultiplexPool pool, bool holdsSlot)
        {
            _pool = pool;
            HoldsSlot = holdsSlot;
            _madeMs = pool.Loop.NowMs;
            _expiresMs = pool.ExpiryMs();
            Connection = pool._make(this);
        }

        public IMultiplexConnection Connection { get; }

        /// <summary>True if it counts against a bound on connections.</summary>
        public bool HoldsSlot { get; }

        /// <summary>Streams that were ever opened.</summary>
        public long OpenedCount { get; set; }

        /// <summary>Position among those that may get streams; -1 once it may not.</summary>
        public int Index { get; set; } = -1;

        /// <summary>True if it may get one more stream and is to have it rather than another.</summary>
        public bool IsGood => MayOpen && !IsWorn && Connection.StreamCount < StreamsWanted;

        public bool MayOpen => Connection.MayOpen && !IsYielding
            && (Connection.StreamsMax > 0 || Connection.StreamCount < _pool._streamsMaxKnown);

        /// <summary>
        /// True if it cannot be stale, nor near the end of what a host serves on one connection: what was refused there must
        /// not be refused here again.
        /// </summary>
        public bool IsFresh => OpenedCount < StreamsWanted && _pool.Loop.NowMs - _madeMs <= FreshMs;

        /// <summary>True if its time is up, or it had as many streams as it may have.</summary>
        public bool IsWorn =>
            OpenedCount >= _pool.Settings.RequestsPerConnectionMax || _expiresMs <= _pool.Loop.NowMs;

        /// <summary>True between the connect and the end.</summary>
        public bool IsStanding => Connection.Connection.IsOpen;

        /// <summary>The higher, the better is one more stream placed here; it has few enough.</summary>
        public int Rank => Connection.StreamCount - (IsStanding ? 0 : StreamsWanted);

        /// <summary>True while it stands and has no stream.</summary>
        public bool IsIdle => Connection.StreamCount == 0 && IsStanding;

        /// <summary>True while it gets no streams because another pool waits for a connection.</summary>
        public bool IsYielding => IsArmed;

        /// <summary>Calls that want no answer may still be on their way out.</summary>
        public void Close() => Connection.Connection.Close(
            Connection.Connection.OutputLength > 0 ? ConnectionCloseKind.Flush : ConnectionCloseKind.NoFlush);

        public void Yield() => _pool.Loop.Timers.Set(this, _pool.Loop.NowMs + YieldMs);

        void IMultiplexOwner.OnConnected(IMultiplexConnection connection) => _pool.Look(this);

        void IMultiplexOwner.OnMayOpenChanged(IMultiplexConnection connection)
        {
            if (connection.StreamsMax > 0)
            {
                _pool._streamsMaxKnown = connection.StreamsMax;
            }
            _pool.Look(this);
        }

        void IMultiplexOwner.OnStreamEnded(IMultiplexConnection connection)
        {
            _pool.CountEnd();
            if (!_isOver)
            {
                _pool.Look(this);
            }
        }

        void IMultiplexOwner.OnClosed(IMultiplexConnection connection, ConnectionEvent what)
        {
            _isOver = true;
            _pool.TakeOut(this);
            _pool._connectionCount--;
            _pool.Loop.Timers.Remove(this);
            _pool.OnConnectionOver(what, connection.StreamCount, HoldsSlot);
            _pool.ServeSoon(); // Who waits wants another one instead.
        }

        /// <summary>It did not become idle in time: others wait on, and it carries on.</summary>
        protected override void OnTimer() => _pool.ServeSoon();
    }
}
