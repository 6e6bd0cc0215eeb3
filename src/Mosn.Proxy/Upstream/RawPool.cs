using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// No pool at all: each tunnel has a connection of its own, within the bounds and the counters of all connections to the
/// host. Belongs to one loop.
/// </summary>
/// <param name="priority">Whose bounds count.</param>
internal sealed class RawPool(EventLoop loop, Host host, RoutingPriority priority)
    : ConnectionPool(loop, host, priority), IRawClientPool
{
    protected override bool MayConnect => true;

    public static PoolMaker Build(UpstreamProtocolServices services) =>
        static (loop, host, priority) => new RawPool(loop, host, priority);

    public override IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
        if (HasWaiters)
        {
            return null; // Who came first gets the next one.
        }
        BudgetTake slot = Budgets.Connections.TryTake();
        return slot == BudgetTake.Refused ? null : OpenOnNew(slot, owner);
    }

    public override IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error) =>
        NewStream(owner, out error);

    void IRawClientPool.OnReleased(RawClientStream stream) => CountEnd();

    void IRawClientPool.OnClosed(RawClientStream stream, ConnectionEvent what) =>
        OnConnectionOver(what, stream.IsBusy ? 1 : 0, stream.HoldsSlot);

    protected override void ConnectAhead(BudgetTake slot) => Budgets.Share.Return(slot);

    protected override IClientStream OpenOnNew(BudgetTake slot, IStreamOwner owner)
    {
        RawClientStream stream = new(this, owner, holdsSlot: slot == BudgetTake.Taken);
        stream.Attach(BeginConnect(stream));
        CountBegin();
        return stream;
    }

    protected override IClientStream? OpenOnKept(IStreamOwner owner) => null;

    protected override bool TryCloseIdle() => false;

    protected override void CloseKept()
    {
    }
}
