using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Counts what a peer does against <see cref="Http2FloodLimits"/>: one virtual schedule a kind (the generic cell rate
/// algorithm, ITU-T I.371). Mutable: lives in its owner's field.
/// </summary>
internal struct Http2FloodGuard(Http2FloodLimits limits)
{
    private const int KindCount = (int)Http2Abuse.WindowUpdateFlood + 1;
    private const long MicrosecondsPerSecond = 1_000_000;

    private Schedules _due;

    /// <summary>Counts one. False: that was one too many.</summary>
    public bool Allows(Http2Abuse kind, long nowMs)
    {
        Http2FloodLimit limit = limits.Of(kind);
        long now = nowMs * 1000;
        long cost = MicrosecondsPerSecond / limit.PerSecond;
        ref long due = ref _due[(int)kind];
        due = Math.Max(due, now) + cost;
        return due - now <= limit.Burst * cost;
    }

    /// <summary>Takes some back: the peer did something that pays for them.</summary>
    public void Earn(Http2Abuse kind, int count) =>
        _due[(int)kind] -= count * (MicrosecondsPerSecond / limits.Of(kind).PerSecond);

    [InlineArray(KindCount)]
    private struct Schedules
    {
        private long _first;
    }
}
