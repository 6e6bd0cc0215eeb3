namespace Mosn.Profile;

/// <summary>What the runtime counted in one method.</summary>
/// <param name="Name">
/// The type's, with a plus before a nested type and what generic parameters stand for in brackets; a dot; the method's,
/// which may have dots of its own.
/// </param>
/// <param name="Signature">As the runtime writes it, with full type names.</param>
/// <param name="CodeBytes">Of its IL: tells overloads apart.</param>
public sealed record CountedMethod(string Name, string Signature, int CodeBytes, IReadOnlyList<Counter> Counters)
{
    /// <summary>Below a hundredth of the requests of a training it belongs to the start, or to what is rare.</summary>
    private const int WeightMin = 500;

    /// <summary>Times that its most frequent part ran.</summary>
    public int Weight { get; } = (int)Counters
        .Where(counter => counter.HasNumbers && counter.Values.Count > 0)
        .Select(counter => Math.Min(int.MaxValue, counter.Values.Max(Counter.Number)))
        .DefaultIfEmpty()
        .Max();

    /// <summary>True for what ran often. The rest is compiled as without a profile.</summary>
    public bool IsHot => Weight >= WeightMin;
}
