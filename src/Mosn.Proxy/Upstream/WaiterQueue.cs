namespace Mosn.Proxy.Upstream;

/// <summary>The requests that wait for a connection of one pool, in the order in which they came. Belongs to one loop.</summary>
internal sealed class WaiterQueue
{
    private PoolWaiter? _last;

    /// <summary>Who waits longest; null: nobody waits.</summary>
    public PoolWaiter? First { get; private set; }

    public void Add(PoolWaiter waiter)
    {
        waiter.Ahead = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Behind = waiter;
        }
        _last = waiter;
    }

    /// <summary>Takes one out, wherever it stands.</summary>
    public void Remove(PoolWaiter waiter)
    {
        if (waiter.Ahead is { } ahead)
        {
            ahead.Behind = waiter.Behind;
        }
        else
        {
            First = waiter.Behind;
        }
        if (waiter.Behind is { } behind)
        {
            behind.Ahead = waiter.Ahead;
        }
        else
        {
            _last = waiter.Ahead;
        }
        waiter.Ahead = waiter.Behind = null;
    }
}
