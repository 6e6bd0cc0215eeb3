using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>Where a request stands that waits for a connection.</summary>
internal enum PoolWaiterState : byte
{
    /// <summary>It does not wait.</summary>
    None,

    /// <summary>It stands in the queue.</summary>
    Waiting,

    /// <summary>A connection, or leave to make one, is reserved: <see cref="IConnectionPool.Claim"/> takes it.</summary>
    Ready,

    /// <summary>It waited too long.</summary>
    GivenUp,

    /// <summary>The pool is closed: the host left, or its connections are to be made anew. Nothing was sent.</summary>
    PoolGone,
}

/// <summary>
/// A request's place in the queue for a connection to a host. Pooled with the request, is its own timer, and belongs to
/// its loop. The owner is told of every change of <see cref="State"/> by OnActivity.
/// </summary>
internal sealed class PoolWaiter(IStreamOwner owner) : LoopTimer
{
    public PoolWaiterState State { get; private set; }

    /// <summary>Who came before it.</summary>
    internal PoolWaiter? Ahead { get; set; }

    /// <summary>Who came after it.</summary>
    internal PoolWaiter? Behind { get; set; }

    internal PingPongPool? Pool { get; private set; }

    /// <summary>The connection that is reserved; null: a new one is to be made, for which <see cref="Slot"/> stands.</summary>
    internal Http1ClientConnection? Connection { get; private set; }

    internal BudgetTake Slot { get; private set; }

    /// <summary>The unit of the pending requests' budget, while it waits.</summary>
    internal BudgetTake Pending { get; set; }

    /// <summary>Leaves the queue, or gives back what was reserved. Without effect on one that does not wait.</summary>
    public void Cancel()
    {
        PingPongPool? pool = Pool;
        PoolWaiterState state = State;
        Http1ClientConnection? connection = Connection;
        BudgetTake slot = Slot;
        Reset();
        if (state == PoolWaiterState.Waiting)
        {
            pool!.Leave(this);
        }
        else if (state == PoolWaiterState.Ready)
        {
            pool!.GiveBack(connection, slot);
        }
    }

    internal void Begin(PingPongPool pool)
    {
        Check.That(State is PoolWaiterState.None);
        Pool = pool;
        State = PoolWaiterState.Waiting;
    }

    internal void Grant(Http1ClientConnection? connection, BudgetTake slot)
    {
        TimerWheel.Cancel(this);
        Connection = connection;
        Slot = slot;
        State = PoolWaiterState.Ready;
        owner.OnActivity();
    }

    internal void GiveUp(PoolWaiterState state)
    {
        TimerWheel.Cancel(this);
        State = state;
        owner.OnActivity();
    }

    internal void Reset()
    {
        TimerWheel.Cancel(this);
        Pool = null;
        Connection = null;
        Slot = BudgetTake.Refused;
        State = PoolWaiterState.None;
    }

    protected override void OnTimer()
    {
        if (State == PoolWaiterState.Waiting)
        {
            Pool!.Leave(this);
            GiveUp(PoolWaiterState.GivenUp);
        }
    }
}
