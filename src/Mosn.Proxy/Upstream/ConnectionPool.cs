using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// What all pools have in common, however many streams their connections carry: the bounds, the queue of requests that
/// wait because there may be no more connections, counting, and the end. Belongs to one loop.
/// </summary>
/// <remarks>
/// Nobody waits while a connection that is kept has room: whatever makes room calls <see cref="ServeSoon"/>, and the queue
/// is served once the turn is over, in its order.
/// </remarks>
internal abstract class ConnectionPool : IConnectionPool, ITurnEnd
{
    /// <summary>Requests that may wait when nothing is configured.</summary>
    private const int PendingMaxDefault = 1024;

    /// <summary>Milliseconds for which a pool that others wait for keeps its connections busy with its own requests.</summary>
    private const int YieldIntervalMs = 200;

    private readonly TransportAddress _address;
    private readonly MetricGroup _host;
    private readonly MetricGroup _cluster;
    private readonly WaiterQueue _waiters = new();
    private SplitMix64 _random;
    private long _yieldsAgainMs;
    private bool _isServing;
    private bool _isListedIdle;
    private bool _wants;

    /// <param name="priority">Whose bounds count.</param>
    protected ConnectionPool(EventLoop loop, Host host, RoutingPriority priority)
    {
        Loop = loop;
        Settings = host.Cluster.PoolSettings;
        Budgets = host.Cluster.BudgetsOf(priority);
        _address = host.Address;
        _host = host.Metrics;
        _cluster = host.Cluster.Metrics;
        _random = new SplitMix64((ulong)loop.NowMs);
        Turn = new LinkedListNode<ConnectionPool>(this);
    }

    public virtual bool IsShared => false;

    public virtual bool IsBound => false;

    internal EventLoop Loop { get; }

    /// <summary>The pool's place among those that want a connection. Belongs to the share, under its lock.</summary>
    internal LinkedListNode<ConnectionPool> Turn { get; }

    protected PoolSettings Settings { get; }

    protected ClusterBudgets Budgets { get; }

    /// <summary>True once no connection is kept any more.</summary>
    protected bool IsClosed { get; private set; }

    protected bool HasWaiters => _waiters.First is not null;

    /// <summary>Who waits longest; null: nobody waits.</summary>
    protected PoolWaiter? FirstWaiter => _waiters.First;

    /// <summary>False while the pool has as many connections as it may have whatever the budget says.</summary>
    protected abstract bool MayConnect { get; }

    public abstract IClientStream? NewStream(IStreamOwner owner, out StreamError error);

    public abstract IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error);

    public bool TryWait(PoolWaiter waiter)
    {
        long max = Budgets.PendingRequests.Max;
        BudgetTake pending = Budgets.PendingRequests.TryTake(max == 0 ? PendingMaxDefault : max);
        if (IsClosed || pending == BudgetTake.Refused)
        {
            Budgets.PendingRequests.Return(pending);
            return false;
        }
        waiter.Begin(this, pending);
        _waiters.Add(waiter);
        OnWaiting(waiter);
        Loop.Timers.Set(waiter, Loop.NowMs + Settings.PendingTimeoutMs);
        Want();
        ServeSoon(); // A request that wants a fresh connection waits although another may be idle.
        return true;
    }

    public void WarmUp(int count)
    {
        for (int i = 0; i < count && !IsClosed && MayConnect; i++)
        {
            BudgetTake slot = Budgets.Connections.TryTake();
            if (slot == BudgetTake.Refused)
            {
                return;
            }
            ConnectAhead(slot);
        }
    }

    public void Close()
    {
        IsClosed = true;
        CloseKept();
        Unlist();
        while (_waiters.First is { } waiter)
        {
            Leave(waiter);
            waiter.GiveUp(PoolWaiterState.PoolGone);
        }
    }

    /// <summary>Serves waiting requests with the room that has come up in this turn.</summary>
    void ITurnEnd.OnTurnEnd()
    {
        _isServing = false;
        while (NextForKept() is { } waiter && OpenOnKept(waiter.Owner) is { } stream)
        {
            Leave(waiter);
            waiter.Grant(stream);
        }
        Want();
    }

    /// <summary>Takes a request out of the queue.</summary>
    internal void Leave(PoolWaiter waiter)
    {
        _waiters.Remove(waiter);
        Budgets.PendingRequests.Return(waiter.Pending);
        waiter.Pending = BudgetTake.Refused;
        OnLeft(waiter);
        if (!HasWaiters)
        {
            // Else a place without a request would be there for ever: it takes from others, and keeps nothing idle.
            _wants = false;
            Budgets.Share.StopWanting(this);
        }
    }

    /// <summary>Leave to make one connection has come, for the request that waits longest.</summary>
    internal void OnSlot(BudgetTake slot)
    {
        _wants = false;
        if (NextForNew() is not { } waiter || !MayConnect)
        {
            Budgets.Share.Return(slot);
            return;
        }
        Leave(waiter);
        IClientStream stream = OpenOnNew(slot, waiter.Owner);
        ServeSoon(); // Others may find room there, too; who does not wants one more.
        waiter.Grant(stream);
    }

    /// <summary>Another pool of the cluster needs a connection more than this one, if one is idle here.</summary>
    internal void GiveUpIdle()
    {
        if (Budgets.Share.IsWanted && !TryCloseIdle())
        {
            Unlist(); // It is in use again, or over.
            Budgets.Share.AskForIdle(except: this);
        }
    }

    /// <summary>Whose turn it is to get a stream on a connection that is kept; null: nobody's.</summary>
    protected virtual PoolWaiter? NextForKept() => _waiters.First;

    /// <summary>Whose turn it is to get a new connection; null: nobody's.</summary>
    protected virtual PoolWaiter? NextForNew() => _waiters.First;

    /// <summary>A request has begun to wait.</summary>
    protected virtual void OnWaiting(PoolWaiter waiter)
    {
    }

    /// <summary>A request waits no more.</summary>
    protected virtual void OnLeft(PoolWaiter waiter)
    {
    }

    /// <summary>Begins a connect for nobody: the connection is kept once it stands.</summary>
    protected abstract void ConnectAhead(BudgetTake slot);

    /// <summary>Begins a connect and opens a stream on it.</summary>
    protected abstract IClientStream OpenOnNew(BudgetTake slot, IStreamOwner owner);

    /// <summary>Opens a stream on a connection that is kept and has room. Null: none has.</summary>
    protected abstract IClientStream? OpenOnKept(IStreamOwner owner);

    /// <summary>Closes one connection that nobody uses. False: there is none.</summary>
    protected abstract bool TryCloseIdle();

    /// <summary>Closes what is idle, and sees to it that the others end with what is on them.</summary>
    protected abstract void CloseKept();

    /// <summary>Has the queue served at the end of the turn, if there is one.</summary>
    protected void ServeSoon()
    {
        if (HasWaiters && !_isServing)
        {
            _isServing = true;
            Loop.AtEndOfTurn(this);
        }
    }

    /// <summary>
    /// True if a connection that nobody uses now is to be closed because another pool waits for one: at once if nobody waits
    /// here, and else from time to time, so that a pool with requests enough does not keep its connections for ever.
    /// </summary>
    protected bool GivesWay() => Budgets.Share.IsWanted && (!HasWaiters || IsTimeToYield());

    /// <summary>True once in a while, if another pool waits for a connection.</summary>
    protected bool IsTimeToYield()
    {
        if (!Budgets.Share.IsWanted || Loop.NowMs < _yieldsAgainMs || !Budgets.Share.IsWantedByOthers(this))
        {
            return false;
        }
        _yieldsAgainMs = Loop.NowMs + YieldIntervalMs;
        return true;
    }

    /// <summary>There is an idle connection, which another pool may have if it has none.</summary>
    protected void ListIdle()
    {
        if (!_isListedIdle && Budgets.Connections.Max > 0)
        {
            _isListedIdle = true;
            Budgets.Share.SetIdle(this, mayHaveIdle: true);
        }
    }

    /// <summary>When a connection that is made now takes no further stream, in the loop's milliseconds.</summary>
    /// <remarks>Up to a tenth earlier than asked for: connections made together must not all end together.</remarks>
    protected long ExpiryMs() => Settings.LifetimeMs == 0
        ? long.MaxValue
        : Loop.NowMs + Settings.LifetimeMs - _random.NextBelow((uint)Math.Min(uint.MaxValue, Settings.LifetimeMs / 10) + 1);

    protected Connection BeginConnect(IConnectionListener listener)
    {
        Connection connection = Connection.Connect(
            Loop, _address, Settings.ConnectOptions, Settings.ConnectionOptions, listener);
        Count(UpstreamMetric.ConnectionTotal, 1);
        Count(UpstreamMetric.ConnectionActive, 1);
        return connection;
    }

    protected void CountBegin()
    {
        Count(UpstreamMetric.RequestTotal, 1);
        Count(UpstreamMetric.RequestActive, 1);
    }

    protected void CountEnd() => Count(UpstreamMetric.RequestActive, -1);

    /// <summary>The host has announced that it ends a connection.</summary>
    protected void CountGoodbye() => Count(UpstreamMetric.ConnectionCloseNotify, 1);

    /// <summary>A connection is over: counts it and gives its slot back.</summary>
    /// <param name="streamCount">Streams that were on it.</param>
    protected void OnConnectionOver(ConnectionEvent what, int streamCount, bool holdsSlot)
    {
        bool wasBusy = streamCount > 0;
        Count(UpstreamMetric.ConnectionClose, 1);
        Count(UpstreamMetric.ConnectionActive, -1);
        switch (what)
        {
            case ConnectionEvent.ConnectFailed:
                Count(UpstreamMetric.ConnectionConFail, 1);
                break;
            case ConnectionEvent.ConnectTimeout:
                Count(UpstreamMetric.RequestTimeout, 1);
                break;
            case ConnectionEvent.RemoteClose or ConnectionEvent.RemoteReset:
                Count(UpstreamMetric.ConnectionRemoteClose, 1);
                if (wasBusy)
                {
                    Count(UpstreamMetric.ConnectionRemoteCloseWithActiveRequest, 1);
                }
                break;
            default:
                Count(UpstreamMetric.ConnectionLocalClose, 1);
                if (wasBusy)
                {
                    Count(UpstreamMetric.ConnectionLocalCloseWithActiveRequest, 1);
                }
                break;
        }
        if (wasBusy)
        {
            Count(UpstreamMetric.RequestFailureEject, streamCount);
        }
        Budgets.Share.Return(holdsSlot ? BudgetTake.Taken : BudgetTake.Unbounded);
    }

    private void Want()
    {
        if (NextForNew() is not null && !_wants && MayConnect)
        {
            _wants = true;
            Budgets.Share.Want(this);
        }
    }

    private void Unlist()
    {
        if (_isListedIdle)
        {
            _isListedIdle = false;
            Budgets.Share.SetIdle(this, mayHaveIdle: false);
        }
    }

    private void Count(UpstreamMetric metric, long delta)
    {
        _host.Add(Loop.Index, metric, delta);
        _cluster.Add(Loop.Index, metric, delta);
    }
}
