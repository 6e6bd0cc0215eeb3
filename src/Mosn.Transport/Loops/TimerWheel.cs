using System.Numerics;

namespace Mosn.Transport.Loops;

/// <summary>
/// A hashed timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987): arming and cancelling cost
/// O(1) whatever the number of timers. Belongs to one loop.
/// </summary>
/// <remarks>Resolution 8 ms: a timer fires up to one tick late and never early.</remarks>
public sealed class TimerWheel
{
    private const int TickShift = 3;
    private const int TickMs = 1 << TickShift;
    private const int SlotCount = 8192;
    private const int SlotMask = SlotCount - 1;

    private readonly LoopTimer?[] _slots = new LoopTimer?[SlotCount];
    private readonly ulong[] _occupied = new ulong[SlotCount / 64];
    private readonly Action<Exception, object>? _onBug;
    private long _tick;

    /// <param name="nowMs">The loop's time at the start.</param>
    /// <param name="onBug">Told of an exception and the timer it came from; null lets it through.</param>
    public TimerWheel(long nowMs, Action<Exception, object>? onBug = null)
    {
        _tick = nowMs >> TickShift;
        _onBug = onBug;
    }

    /// <summary>Timers linked in the wheel, including cancelled ones that were not reached yet.</summary>
    public int Count { get; private set; }

    /// <summary>Arms, or moves, <paramref name="timer"/>.</summary>
    /// <param name="deadlineMs">In the loop's time; one in the past fires at the next turn.</param>
    public void Set(LoopTimer timer, long deadlineMs)
    {
        timer.DeadlineMs = deadlineMs;
        if (timer.Slot >= 0)
        {
            if (timer.SlotTimeMs <= deadlineMs)
            {
                return; // Looked at early enough; it is moved on then.
            }
            Unlink(timer);
        }
        Link(timer);
    }

    /// <summary>Disarms <paramref name="timer"/> cheaply; the wheel may refer to it until its slot comes up.</summary>
    public static void Cancel(LoopTimer timer) => timer.DeadlineMs = LoopTimer.Never;

    /// <summary>Disarms <paramref name="timer"/> and forgets it at once.</summary>
    public void Remove(LoopTimer timer)
    {
        timer.DeadlineMs = LoopTimer.Never;
        if (timer.Slot >= 0)
        {
            Unlink(timer);
        }
    }

    /// <summary>Milliseconds from <paramref name="nowMs"/> until a slot must be looked at; -1 if there is no timer.</summary>
    public int NextDelayMs(long nowMs)
    {
        if (Count == 0)
        {
            return -1;
        }
        int from = (int)((_tick + 1) & SlotMask);
        int word = from >> 6;
        ulong bits = _occupied[word] & (ulong.MaxValue << (from & 63));
        for (int step = 0; bits == 0; step++)
        {
            Check.That(step <= _occupied.Length);
            word = (word + 1) & (_occupied.Length - 1);
            bits = _occupied[word];
        }
        int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
        long tick = _tick + 1 + ((slot - from) & SlotMask);
        return (int)Math.Max(0, (tick << TickShift) - nowMs);
    }

    /// <summary>Fires what is due at <paramref name="nowMs"/>.</summary>
    public void Advance(long nowMs)
    {
        long target = nowMs >> TickShift;
        // More than one revolution behind: each slot once is enough.
        _tick = Math.Max(_tick, target - SlotCount);
        while (_tick < target)
        {
            if (Count == 0)
            {
                _tick = target;
                return;
            }
            _tick++;
            int slot = (int)(_tick & SlotMask);
            while (_slots[slot] is { } timer)
            {
                // Linked anew, a timer lands in a later slot, so this ends.
                Unlink(timer);
                if (timer.DeadlineMs == LoopTimer.Never)
                {
                    continue;
                }
                if (timer.DeadlineMs > nowMs)
                {
                    Link(timer);
                    continue;
                }
                timer.DeadlineMs = LoopTimer.Never;
                Fire(timer);
            }
        }
    }

    private void Fire(LoopTimer timer)
    {
        try
        {
            timer.OnTimer();
        }
        catch (Exception exception) when (_onBug is not null)
        {
            _onBug(exception, timer); // Here and not around the turn: the slot's other timers are still to come.
        }
    }

    private void Link(LoopTimer timer)
    {
        // Rounded up, so that nothing fires early; never into the slot that is being visited.
        long due = timer.DeadlineMs > long.MaxValue - TickMs ? long.MaxValue : (timer.DeadlineMs + TickMs - 1) >> TickShift;
        long tick = Math.Clamp(due, _tick + 1, _tick + SlotMask);
        int slot = (int)(tick & SlotMask);
        timer.Slot = slot;
        timer.SlotTimeMs = tick << TickShift;
        LoopTimer? head = _slots[slot];
        timer.Previous = null;
        timer.Next = head;
        if (head is not null)
        {
            head.Previous = timer;
        }
        _slots[slot] = timer;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
        Count++;
    }

    private void Unlink(LoopTimer timer)
    {
        if (timer.Previous is { } previous)
        {
            previous.Next = timer.Next;
        }
        else
        {
            _slots[timer.Slot] = timer.Next;
            if (timer.Next is null)
            {
                _occupied[timer.Slot >> 6] &= ~(1UL << (timer.Slot & 63));
            }
        }
        if (timer.Next is { } next)
        {
            next.Previous = timer.Previous;
        }
        timer.Previous = timer.Next = null;
        timer.Slot = -1;
        Count--;
    }
}
