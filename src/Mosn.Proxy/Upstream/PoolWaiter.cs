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

    /// <summary>A stream was opened for it: <see cref="PoolWaiter.Take"/> gives it.</summary>
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
    private ConnectionPool? _pool;
    private IClientStream? _stream;

    public PoolWaiterState State { get; private set; }

    /// <summary>Whom the stream is for.</summary>
    internal IStreamOwner Owner => owner;

    /// <summary>Who came before it.</summary>
    internal PoolWaiter? Ahead { get; set; }

    /// <summary>Who came after it.</summary>
    internal PoolWaiter? Behind { get; set; }

    /// <summary>The unit of the pending requests' budget, while it waits.</summary>
    internal BudgetTake Pending { get; set; }

    /// <summary>The stream that was opened; the caller's from now on. Its connection may have broken meanwhile.</summary>
    public IClientStream Take()
    {
        Check.That(State == PoolWaiterState.Ready);
        IClientStream stream = _stream!;
        Reset();
        return stream;
    }

    /// <summary>Leaves the queue, or gives back the stream. Without effect on one that does not wait.</summary>
    public void Cancel()
    {
        ConnectionPool? pool = _pool;
        PoolWaiterState state = State;
        IClientStream? stream = _stream;
        Reset();
        if (state == PoolWaiterState.Waiting)
        {
            pool!.Leave(this);
        }
        stream?.Release();
    }

    internal void Begin(ConnectionPool pool, BudgetTake pending)
    {
        Check.That(State is PoolWaiterState.None);
        _pool = pool;
        Pending = pending;
        State = PoolWaiterState.Waiting;
    }

    /// <summary>Its turn has come.</summary>
    internal void Grant(IClientStream stream)
    {
        TimerWheel.Cancel(this);
        _stream = stream;
        State = PoolWaiterState.Ready;
        owner.OnActivity();
    }

    internal void GiveUp(PoolWaiterState state)
    {
        TimerWheel.Cancel(this);
        State = state;
        owner.OnActivity();
    }

    protected override void OnTimer()
    {
        if (State == PoolWaiterState.Waiting)
        {
            _pool!.Leave(this);
            GiveUp(PoolWaiterState.GivenUp);
        }
    }

    private void Reset()
    {
        TimerWheel.Cancel(this);
        _pool = null;
        _stream = null;
        State = PoolWaiterState.None;
    }
}
