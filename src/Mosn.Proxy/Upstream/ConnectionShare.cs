namespace Mosn.Proxy.Upstream;

/// <summary>
/// Shares out the connections that a bounded cluster may have among the pools that want one, each pool in its turn. A
/// pool of another loop or host that holds idle connections gives one up. Costs nothing while nobody waits. Any thread.
/// </summary>
internal sealed class ConnectionShare(ResourceBudget budget)
{
    private readonly Lock _lock = new();
    private readonly Queue<PingPongPool> _wanting = [];
    private readonly HashSet<PingPongPool> _idle = [];
    private volatile int _wantingCount;

    /// <summary>True if somebody waits for a connection.</summary>
    public bool IsWanted => _wantingCount > 0;

    /// <summary>A pool has a request that waits for leave to make a connection. Each pool stands in the queue once.</summary>
    public void Want(PingPongPool pool)
    {
        PingPongPool? giver;
        lock (_lock)
        {
            _wanting.Enqueue(pool);
            _wantingCount = _wanting.Count;
            giver = _idle.FirstOrDefault(idle => idle != pool);
        }
        // After the entry is there: a connection that ends meanwhile finds it, or this call finds the room it left.
        Grant();
        giver?.Loop.Post(static pool => ((PingPongPool)pool!).GiveUpIdle(), giver);
    }

    /// <summary>Whether a pool has idle connections now. Told only while the cluster is bounded.</summary>
    public void SetIdle(PingPongPool pool, bool hasIdle)
    {
        lock (_lock)
        {
            if (hasIdle)
            {
                _idle.Add(pool);
            }
            else
            {
                _idle.Remove(pool);
            }
        }
    }

    /// <summary>A connection is over, or the one for which a slot stood is not made.</summary>
    public void Return(BudgetTake slot)
    {
        budget.Return(slot);
        if (IsWanted)
        {
            Grant();
        }
    }

    /// <summary>Gives leave to as many pools as there is room for.</summary>
    public void Grant()
    {
        while (true)
        {
            PingPongPool pool;
            BudgetTake slot;
            lock (_lock)
            {
                if (_wanting.Count == 0 || (slot = budget.TryTake()) == BudgetTake.Refused)
                {
                    return;
                }
                pool = _wanting.Dequeue();
                _wantingCount = _wanting.Count;
            }
            pool.Loop.Post(_ => pool.OnSlot(slot), null);
        }
    }
}
