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

    private PerKind _due;
    private PerKind _credit;

    /// <summary>Counts one. False: that was one too many.</summary>
    public bool Allows(Http2Abuse kind, long nowMs)
    {
        ref long credit = ref _credit[(int)kind];
        if (credit > 0)
        {
            credit--;
            return true;
        }
        Http2FloodLimit limit = limits.Of(kind);
        long now = nowMs * 1000;
        long cost = MicrosecondsPerSecond / limit.PerSecond;
        ref long due = ref _due[(int)kind];
        due = Math.Max(due, now) + cost;
        return due - now <= limit.Burst * cost;
    }

    /// <summary>
    /// Something happened that pays for so many: for those that are still to come, as far as the limit gives credit, and else
    /// for some that came before.
    /// </summary>
    public void Earn(Http2Abuse kind, int count)
    {
        Http2FloodLimit limit = limits.Of(kind);
        if (limit.CreditMax > 0)
        {
            ref long credit = ref _credit[(int)kind];
            credit = Math.Min(credit + count, limit.CreditMax);
            return;
        }
        _due[(int)kind] -= count * (MicrosecondsPerSecond / limit.PerSecond);
    }

    [InlineArray(KindCount)]
    private struct PerKind
    {
        private long _first;
    }
}
