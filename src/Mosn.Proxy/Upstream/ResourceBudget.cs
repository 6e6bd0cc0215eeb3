namespace Mosn.Proxy.Upstream;

/// <summary>What became of an attempt to take one unit of a budget.</summary>
internal enum BudgetTake : byte
{
    /// <summary>The budget is used up.</summary>
    Refused,

    /// <summary>One unit is taken and must be given back.</summary>
    Taken,

    /// <summary>There is no bound now, so nothing was counted and nothing is to be given back.</summary>
    Unbounded,
}

/// <summary>
/// How many of one thing a cluster may have at a time, exact over all loops. Costs an atomic operation while there is a
/// bound, and a read while there is none. Any thread.
/// </summary>
internal sealed class ResourceBudget
{
    private long _used;
    private long _max;

    /// <summary>0: unbounded. A change counts for what is taken from now on.</summary>
    public long Max
    {
        get => Volatile.Read(ref _max);
        set => Volatile.Write(ref _max, value);
    }

    /// <summary>Units taken and not given back.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes one unit, if there is one.</summary>
    public BudgetTake TryTake() => Max is > 0 and long max ? TryTake(max) : BudgetTake.Unbounded;

    /// <summary>Takes one unit if fewer than <paramref name="max"/> are taken.</summary>
    public BudgetTake TryTake(long max)
    {
        long used = Volatile.Read(ref _used);
        while (used < max)
        {
            long seen = Interlocked.CompareExchange(ref _used, used + 1, used);
            if (seen == used)
            {
                return BudgetTake.Taken;
            }
            used = seen;
        }
        return BudgetTake.Refused;
    }

    /// <summary>Gives one unit back, if it was taken.</summary>
    public void Return(BudgetTake take)
    {
        if (take == BudgetTake.Taken)
        {
            Check.That(Interlocked.Decrement(ref _used) >= 0);
        }
    }
}
