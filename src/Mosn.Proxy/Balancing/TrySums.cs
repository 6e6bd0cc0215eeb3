namespace Mosn.Proxy.Balancing;

/// <summary>Tries of late, where older ones count less.</summary>
internal record struct TrySums(double Tries, double ClientErrors, double ServerErrors, double Timed, double DurationNs)
{
    public readonly TrySums Plus(TrySums other) => new(
        Tries + other.Tries, ClientErrors + other.ClientErrors, ServerErrors + other.ServerErrors, Timed + other.Timed,
        DurationNs + other.DurationNs);

    public readonly TrySums Times(double factor) => new(
        Tries * factor, ClientErrors * factor, ServerErrors * factor, Timed * factor, DurationNs * factor);

    /// <summary>Nanoseconds that a try takes.</summary>
    /// <param name="expectedNs">What to expect before anything is known; it comes back as what is known fades.</param>
    /// <param name="expectedCount">How many tries that expectation is worth.</param>
    public readonly double MeanNs(double expectedNs, double expectedCount) =>
        (DurationNs + (expectedNs * expectedCount)) / (Timed + expectedCount);
}
