namespace Mosn.Proxy.Upstream;

/// <summary>
/// Shares out the connections that a bounded cluster may have among the pools that want one, each pool in its turn. A
/// pool of another loop or host that holds idle connections gives one up. Costs nothing while nobody waits. Any thread.
/// </summary>
internal sealed class ConnectionShare(ResourceBudget budget)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ConnectionPool> _wanting = [];
    private readonly HashSet<ConnectionPool> _idle = [];
    private volatile int _wantingCount;

    /// <summary>True if somebody waits for a connection.</summary>
    public bool IsWanted => _wantingCount > 0;

    /// <summary>True if a pool other than this one waits for a connection. Costs a lock.</summary>
    public bool IsWantedByOthers(ConnectionPool pool)
    {
        lock (_lock)
        {
            return _wanting.Count > (pool.Turn.List is null ? 0 : 1);
        }
    }

    /// <summary>
    /// A pool has a request that waits for leave to make a connection. Each pool stands in the queue once, and leaves it
    /// with its last request.
    /// </summary>
    public void Want(ConnectionPool pool)
    {
        lock (_lock)
        {
            if (pool.Turn.List is null)
            {
                _wanting.AddLast(pool.Turn);
                _wantingCount = _wanting.Count;
            }
        }
        // After the entry is there: a connection that ends meanwhile finds it, or this call finds the room it left.
        Grant();
        AskForIdle(pool);
    }

    /// <summary>
    /// No request of the pool waits any more. Leave that is on its way to it comes all the same, and is given back.
    /// </summary>
    public void StopWanting(ConnectionPool pool)
    {
        lock (_lock)
        {
            if (pool.Turn.List is not null)
            {
                _wanting.Remove(pool.Turn);
                _wantingCount = _wanting.Count;
            }
        }
    }

    /// <summary>Has a pool that holds idle connections give one up, if somebody waits.</summary>
    /// <param name="except">It has none to give.</param>
    public void AskForIdle(ConnectionPool except)
    {
        ConnectionPool? giver = null;
        lock (_lock)
        {
            if (_wanting.Count > 0)
            {
                giver = _idle.FirstOrDefault(idle => idle != except);
            }
        }
        giver?.Loop.Post(static pool => ((ConnectionPool)pool!).GiveUpIdle(), giver);
    }

    /// <summary>
    /// Whether a pool may have idle connections. A bounded cluster's pool says so when it has its first, and takes it back
    /// when it is asked for one and has none: so a request that takes the last one, or gives it back, costs no lock.
    /// </summary>
    public void SetIdle(ConnectionPool pool, bool mayHaveIdle)
    {
        lock (_lock)
        {
            if (mayHaveIdle)
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
            ConnectionPool pool;
            BudgetTake slot;
            lock (_lock)
            {
                if (_wanting.Count == 0 || (slot = budget.TryTake()) == BudgetTake.Refused)
                {
                    return;
                }
                pool = _wanting.First!.Value;
                _wanting.RemoveFirst();
                _wantingCount = _wanting.Count;
            }
            pool.Loop.Post(_ => pool.OnSlot(slot), null);
        }
    }
}
