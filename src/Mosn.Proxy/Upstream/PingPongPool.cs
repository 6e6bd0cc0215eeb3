using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Connections that carry one exchange at a time (HTTP/1): a stack of idle ones, the most recent on top, so that the rest
/// may time out. Belongs to one loop.
/// </summary>
internal sealed class PingPongPool : ConnectionPool, IHttp1ClientPool
{
    /// <summary>Connections that may wait at a time for the rest of answers that nobody wants.</summary>
    private const int FinishingMax = 64;

    private readonly ObjectPool<Http1ClientStream> _streams;
    private readonly IdleStack _idle = new();
    private int _finishing;

    /// <param name="priority">Whose bounds count.</param>
    /// <param name="streams">The loop's.</param>
    public PingPongPool(EventLoop loop, Host host, RoutingPriority priority, ObjectPool<Http1ClientStream> streams)
        : base(loop, host, priority) => _streams = streams;

    protected override bool MayConnect => true;

    /// <summary>Makes pools whose streams are shared loop by loop.</summary>
    public static PoolMaker Build(UpstreamProtocolServices services)
    {
        LoopLocal<ObjectPool<Http1ClientStream>> streams =
            new(services.LoopCount, static loop => new(loop, static () => new Http1ClientStream()));
        return (loop, host, priority) => new PingPongPool(loop, host, priority, streams.On(loop));
    }

    public override IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = default;
        return !HasWaiters && OpenOnKept(owner) is { } stream ? stream : NewStreamOnFreshConnection(owner, out error);
    }

    public override IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error)
    {
        error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
        if (HasWaiters)
        {
            return null; // Who came first gets the next one.
        }
        BudgetTake slot = Budgets.Connections.TryTake();
        return slot == BudgetTake.Refused ? null : OpenOnNew(slot, owner);
    }

    /// <summary>
    /// Where connections are bounded and half of them are in use, they are for those who want their answers, and so is one for
    /// which somebody waits.
    /// </summary>
    bool IHttp1ClientPool.MayFinish(Http1ClientConnection connection) =>
        !IsClosed && !HasWaiters && !Budgets.Share.IsWanted && _finishing < FinishingMax
        && (!connection.HoldsSlot || Budgets.Connections.Used <= Budgets.Connections.Max / 2);

    void IHttp1ClientPool.OnReleased(Http1ClientConnection connection, bool finishes)
    {
        CountEnd();
        _finishing += finishes ? 1 : 0;
    }

    void IHttp1ClientPool.OnFinished(Http1ClientConnection connection) => _finishing--;

    void IHttp1ClientPool.OnIdle(Http1ClientConnection connection)
    {
        if (connection.Connection.IsOpen)
        {
            Keep(connection);
        }
    }

    void IHttp1ClientPool.OnConnected(Http1ClientConnection connection) => Keep(connection);

    void IHttp1ClientPool.OnClosed(Http1ClientConnection connection, ConnectionEvent what, bool wasBusy)
    {
        if (connection.IdleIndex >= 0)
        {
            _idle.Remove(connection);
        }
        OnConnectionOver(what, wasBusy ? 1 : 0, connection.HoldsSlot);
    }

    protected override void ConnectAhead(BudgetTake slot) => Connect(slot); // It is idle once it stands.

    protected override IClientStream OpenOnNew(BudgetTake slot, IStreamOwner owner) => Open(Connect(slot), owner);

    protected override IClientStream? OpenOnKept(IStreamOwner owner)
    {
        while (_idle.Top is { } connection)
        {
            _idle.Remove(connection);
            if (connection.ExpiresMs > Loop.NowMs && connection.Connection.Input.Length == 0)
            {
                return Open(connection, owner); // What came unasked would be the answer to this request.
            }
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
        }
        return null;
    }

    protected override bool TryCloseIdle()
    {
        Http1ClientConnection? idle = _idle.Top;
        idle?.Connection.Close(ConnectionCloseKind.NoFlush);
        return idle is not null;
    }

    protected override void CloseKept()
    {
        while (TryCloseIdle())
        {
        }
    }

    private Http1ClientConnection Connect(BudgetTake slot)
    {
        Http1ClientConnection connection = new(this, _streams)
        {
            HoldsSlot = slot == BudgetTake.Taken,
            ExpiresMs = ExpiryMs(),
        };
        connection.Attach(BeginConnect(connection));
        return connection;
    }

    private void Keep(Http1ClientConnection connection)
    {
        if (IsClosed || connection.StreamCount >= Settings.RequestsPerConnectionMax || connection.ExpiresMs <= Loop.NowMs
            || GivesWay())
        {
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
            return;
        }
        _idle.Push(connection);
        ListIdle();
        ServeSoon();
    }

    private Http1ClientStream Open(Http1ClientConnection connection, IStreamOwner owner)
    {
        CountBegin();
        return connection.NewStream(owner);
    }
}
