using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Connections that carry one exchange at a time (HTTP/1): a stack of idle ones, the most recent on top, so that the rest
/// may time out; and a queue of requests that wait because the cluster has as many connections as it may. Belongs to one
/// loop.
/// </summary>
internal sealed class PingPongPool : IConnectionPool, IHttp1ClientPool, ITurnEnd
{
    /// <summary>Requests that may wait when nothing is configured.</summary>
    private const int PendingMaxDefault = 1024;

    private readonly TransportAddress _address;
    private readonly PoolSettings _settings;
    private readonly ClusterBudgets _budgets;
    private readonly MetricGroup _host;
    private readonly MetricGroup _cluster;
    private readonly ObjectPool<Http1ClientStream> _streams;
    private readonly IdleStack _idle = new();
    private SplitMix64 _random;
    private PoolWaiter? _firstWaiter;
    private PoolWaiter? _lastWaiter;
    private bool _isServing;
    private bool _isListedIdle;
    private bool _closed;

    /// <param name="priority">Whose bounds count.</param>
    /// <param name="streams">The loop's.</param>
    public PingPongPool(
        EventLoop loop, Host host, RoutingPriority priority, ObjectPool<Http1ClientStream> streams)
    {
        Loop = loop;
        _address = host.Address;
        _settings = host.Cluster.PoolSettings;
        _budgets = host.Cluster.BudgetsOf(priority);
        _host = host.Metrics;
        _cluster = host.Cluster.Metrics;
        _streams = streams;
        _random = new SplitMix64((ulong)loop.NowMs);
        Turn = new LinkedListNode<PingPongPool>(this);
    }

    internal EventLoop Loop { get; }

    /// <summary>The pool's place among those that want a connection. Belongs to the share, under its lock.</summary>
    internal LinkedListNode<PingPongPool> Turn { get; }

    public IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = default;
        while (_idle.Top is { } connection && _firstWaiter is null)
        {
            PopIdle(connection);
            if (connection.ExpiresMs > Loop.NowMs)
            {
                return Open(connection, owner);
            }
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
        }
        return NewStreamOnFreshConnection(owner, out error);
    }

    public IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error)
    {
        error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
        if (_firstWaiter is not null)
        {
            return null; // Who came first gets the next one.
        }
        BudgetTake slot = _budgets.Connections.TryTake();
        return slot == BudgetTake.Refused ? null : Open(Connect(slot), owner);
    }

    public bool TryWait(PoolWaiter waiter)
    {
        long max = _budgets.PendingRequests.Max;
        BudgetTake pending = _budgets.PendingRequests.TryTake(max == 0 ? PendingMaxDefault : max);
        if (_closed || pending == BudgetTake.Refused)
        {
            _budgets.PendingRequests.Return(pending);
            return false;
        }
        waiter.Begin(this);
        waiter.Pending = pending;
        waiter.Ahead = _lastWaiter;
        bool isFirst = _lastWaiter is null;
        if (isFirst)
        {
            _firstWaiter = waiter;
        }
        else
        {
            _lastWaiter!.Behind = waiter;
        }
        _lastWaiter = waiter;
        if (isFirst)
        {
            _budgets.Share.Want(this);
        }
        Loop.Timers.Set(waiter, Loop.NowMs + _settings.PendingTimeoutMs);
        return true;
    }

    public IClientStream Claim(PoolWaiter waiter, IStreamOwner owner)
    {
        Check.That(waiter.State == PoolWaiterState.Ready);
        Http1ClientConnection connection = waiter.Connection ?? Connect(waiter.Slot);
        waiter.Reset();
        return Open(connection, owner);
    }

    public void WarmUp(int count)
    {
        for (int i = 0; i < count && !_closed; i++)
        {
            BudgetTake slot = _budgets.Connections.TryTake();
            if (slot == BudgetTake.Refused)
            {
                return;
            }
            Connect(slot); // It is idle once it stands.
        }
    }

    public void Close()
    {
        _closed = true;
        while (_idle.Top is { } connection)
        {
            PopIdle(connection);
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
        }
        Unlist();
        while (_firstWaiter is { } waiter)
        {
            Leave(waiter);
            waiter.GiveUp(PoolWaiterState.PoolGone);
        }
    }

    /// <summary>Serves waiting requests with connections that have become idle in this turn.</summary>
    void ITurnEnd.OnTurnEnd()
    {
        _isServing = false;
        while (_firstWaiter is { } waiter && _idle.Top is { } connection)
        {
            PopIdle(connection);
            Leave(waiter);
            waiter.Grant(connection, BudgetTake.Refused);
        }
    }

    void IHttp1ClientPool.OnIdle(Http1ClientConnection connection)
    {
        EndRequest();
        Keep(connection);
    }

    void IHttp1ClientPool.OnConnected(Http1ClientConnection connection) => Keep(connection);

    void IHttp1ClientPool.OnAbandoned(Http1ClientConnection connection) => EndRequest();

    void IHttp1ClientPool.OnClosed(Http1ClientConnection connection, ConnectionEvent what, bool wasBusy)
    {
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
        if (connection.IdleIndex >= 0)
        {
            PopIdle(connection);
        }
        _budgets.Share.Return(connection.HoldsSlot ? BudgetTake.Taken : BudgetTake.Unbounded);
    }

    /// <summary>Takes a request out of the queue.</summary>
    internal void Leave(PoolWaiter waiter)
    {
        if (waiter.Ahead is { } ahead)
        {
            ahead.Behind = waiter.Behind;
        }
        else
        {
            _firstWaiter = waiter.Behind;
        }
        if (waiter.Behind is { } behind)
        {
            behind.Ahead = waiter.Ahead;
        }
        else
        {
            _lastWaiter = waiter.Ahead;
        }
        waiter.Ahead = waiter.Behind = null;
        _budgets.PendingRequests.Return(waiter.Pending);
        waiter.Pending = BudgetTake.Refused;
        if (_firstWaiter is null)
        {
            // Else a place without a request would be there for ever: it takes from others, and keeps nothing idle.
            _budgets.Share.StopWanting(this);
        }
    }

    /// <summary>What was reserved for a request that left is there for the next.</summary>
    internal void GiveBack(Http1ClientConnection? connection, BudgetTake slot)
    {
        if (connection is null)
        {
            _budgets.Share.Return(slot);
        }
        else if (connection.Connection.IsOpen)
        {
            Keep(connection);
        }
    }

    /// <summary>Leave to make one connection has come, for the request that waits longest.</summary>
    internal void OnSlot(BudgetTake slot)
    {
        if (_firstWaiter is not { } waiter)
        {
            _budgets.Share.Return(slot);
            return;
        }
        Leave(waiter);
        if (_firstWaiter is not null)
        {
            _budgets.Share.Want(this);
        }
        waiter.Grant(connection: null, slot);
    }

    /// <summary>Another pool of the cluster needs a connection more than this one, if one is idle here.</summary>
    internal void GiveUpIdle()
    {
        if (!_budgets.Share.IsWanted)
        {
            return;
        }
        if (_idle.Top is { } connection)
        {
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
        }
        else
        {
            Unlist(); // It is in use again, or over.
            _budgets.Share.AskForIdle(except: this);
        }
    }

    private Http1ClientConnection Connect(BudgetTake slot)
    {
        Http1ClientConnection connection = new(this, _streams)
        {
            HoldsSlot = slot == BudgetTake.Taken,
            ExpiresMs = ExpiryMs(),
        };
        connection.Attach(Connection.Connect(
            Loop, _address, _settings.ConnectOptions, _settings.ConnectionOptions, connection));
        Count(UpstreamMetric.ConnectionTotal, 1);
        Count(UpstreamMetric.ConnectionActive, 1);
        return connection;
    }

    /// <summary>Up to a tenth earlier than asked for: connections made together must not all end together.</summary>
    private long ExpiryMs() => _settings.LifetimeMs == 0
        ? long.MaxValue
        : Loop.NowMs + _settings.LifetimeMs - _random.NextBelow((uint)Math.Min(uint.MaxValue, _settings.LifetimeMs / 10) + 1);

    private void Keep(Http1ClientConnection connection)
    {
        if (_closed || connection.StreamCount >= _settings.RequestsPerConnectionMax || connection.ExpiresMs <= Loop.NowMs
            || (_firstWaiter is null && _budgets.Share.IsWanted))
        {
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
            return;
        }
        _idle.Push(connection);
        if (!_isListedIdle && _budgets.Connections.Max > 0)
        {
            _isListedIdle = true;
            _budgets.Share.SetIdle(this, mayHaveIdle: true);
        }
        if (_firstWaiter is not null && !_isServing)
        {
            _isServing = true;
            Loop.AtEndOfTurn(this);
        }
    }

    /// <summary>Takes a connection out of the idle ones, wherever it stands.</summary>
    private void PopIdle(Http1ClientConnection connection) => _idle.Remove(connection);

    private void Unlist()
    {
        if (_isListedIdle)
        {
            _isListedIdle = false;
            _budgets.Share.SetIdle(this, mayHaveIdle: false);
        }
    }

    private Http1ClientStream Open(Http1ClientConnection connection, IStreamOwner owner)
    {
        Count(UpstreamMetric.RequestTotal, 1);
        Count(UpstreamMetric.RequestActive, 1);
        return connection.NewStream(owner);
    }

    private void EndRequest() => Count(UpstreamMetric.RequestActive, -1);

    private void Count(UpstreamMetric metric, long delta)
    {
        _host.Add(Loop.Index, metric, delta);
        _cluster.Add(Loop.Index, metric, delta);
    }
}
