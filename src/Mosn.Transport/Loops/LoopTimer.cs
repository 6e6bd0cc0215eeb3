namespace Mosn.Transport.Loops;

/// <summary>
/// Something that wants to be called at a time. A base class, not an object beside its owner: a connection or a stream is
/// its own timer, and arming it writes two fields.
/// </summary>
/// <remarks>
/// Lazy: a timer stays in its wheel slot when it is set later or cancelled, and is looked at again when the slot comes
/// up. <see cref="TimerWheel.Remove"/> takes it out at once, for owners that die.
/// </remarks>
public abstract class LoopTimer
{
    /// <summary>A deadline that never comes.</summary>
    protected internal const long Never = long.MaxValue;

    internal LoopTimer? Previous;
    internal LoopTimer? Next;
    internal int Slot = -1;
    internal long SlotTimeMs;

    /// <summary>When the call is due, in the loop's time; <see cref="Never"/> when disarmed.</summary>
    public long DeadlineMs { get; internal set; } = Never;

    /// <summary>True while a call is due.</summary>
    public bool IsArmed => DeadlineMs != Never;

    /// <summary>Called on the loop once the time has come; the timer is then disarmed and may be armed again.</summary>
    protected internal abstract void OnTimer();
}
