namespace Mosn.Profile;

/// <summary>
/// Where code lies that is not hot: what runs during the life of a process, then what only its start and its end run, then
/// the rest. Memory is resident by pages, and so the code of an idle process is on few of them.
/// </summary>
public static class ProfileOrder
{
    private const int WeightOfStart = 1;

    /// <param name="ofLife">Counted in a process that worked.</param>
    /// <param name="ofStart">Counted in one that only started and stopped.</param>
    /// <returns>The methods that are not hot, with weights below those of the hot ones.</returns>
    public static IEnumerable<(CountedMethod Method, int Weight)> Of(
        IEnumerable<CountedMethod> ofLife, IEnumerable<CountedMethod> ofStart)
    {
        Dictionary<(string, string, int), int> starts = [];
        foreach (CountedMethod method in ofStart)
        {
            starts[Key(method)] = method.Weight;
        }
        foreach (CountedMethod method in ofLife.Where(method => method is { IsHot: false, Weight: > 0 }))
        {
            yield return (method, WeightOfStart + Math.Max(0, method.Weight - starts.GetValueOrDefault(Key(method))));
        }
    }

    private static (string Name, string Signature, int CodeBytes) Key(CountedMethod method) =>
        (method.Name, method.Signature, method.CodeBytes);
}
