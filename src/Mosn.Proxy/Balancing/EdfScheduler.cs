namespace Mosn.Proxy.Balancing;

/// <summary>
/// Earliest deadline first: numbers get their turns in proportion to their weights, and as evenly as that allows. Each has a
/// deadline, which moves on by 1/weight with each turn; of equal ones the older comes first (MOSN: edf.go). Belongs to
/// one loop.
/// </summary>
internal sealed class EdfScheduler
{
    // Children of an entry: a wide heap is flat, and its siblings share a cache line.
    private const int Arity = 4;

    /// <summary>
    /// Bounds of weights. What was weightless for a moment, because the host was swamped just then, must come again.
    /// </summary>
    private const double WeightMin = 1e-4;
    private const double WeightMax = 1e6;

    // Deadlines grow for ever, and with them what is lost in rounding.
    private const double TimeMax = 1 << 20;

    private readonly Entry[] _heap;
    private int _count;
    private uint _tick;
    private double _now;

    /// <param name="capacity">Most numbers that will be added.</param>
    public EdfScheduler(int capacity) => _heap = new Entry[capacity];

    /// <summary>Whose turn it is. There must be one.</summary>
    public int First => _heap[0].Index;

    /// <summary>Adds a number that has not had a turn.</summary>
    /// <param name="wait">Above 0 to 1: how much of the time between two turns it waits for the first one.</param>
    public void Add(int index, double weight, double wait = 1)
    {
        Entry entry = new(_now + (wait / Bounded(weight)), _tick++, index);
        int at = _count++;
        while (at > 0 && entry.IsBefore(_heap[(at - 1) / Arity]))
        {
            _heap[at] = _heap[(at - 1) / Arity];
            at = (at - 1) / Arity;
        }
        _heap[at] = entry;
    }

    /// <summary>Ends the turn of the first.</summary>
    /// <param name="weight">What it weighs now: decides when it comes again.</param>
    public void Advance(double weight)
    {
        if (_heap[0].Deadline > TimeMax)
        {
            Rebase(_heap[0].Deadline);
        }
        _now = _heap[0].Deadline;
        SiftDown(new Entry(_now + (1 / Bounded(weight)), _tick++, _heap[0].Index));
    }

    // False for NaN, too, which would break the order of the heap.
    private static double Bounded(double weight) => weight >= WeightMin ? Math.Min(weight, WeightMax) : WeightMin;

    private void SiftDown(in Entry entry)
    {
        Span<Entry> heap = _heap.AsSpan(0, _count);
        int at = 0;
        for (int child = 1; child < heap.Length; child = (at * Arity) + 1)
        {
            int least = child;
            int end = Math.Min(child + Arity, heap.Length);
            for (int other = child + 1; other < end; other++)
            {
                least = heap[other].IsBefore(heap[least]) ? other : least;
            }
            if (!heap[least].IsBefore(entry))
            {
                break;
            }
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = entry;
    }

    private void Rebase(double time)
    {
        for (int i = 0; i < _count; i++)
        {
            _heap[i] = _heap[i] with { Deadline = _heap[i].Deadline - time };
        }
    }

    private readonly record struct Entry(double Deadline, uint Tick, int Index)
    {
        /// <remarks>Ticks wrap: of two, the older is less than half a round behind.</remarks>
        public bool IsBefore(in Entry other) =>
            Deadline < other.Deadline || (Deadline == other.Deadline && (int)(Tick - other.Tick) < 0);
    }
}
