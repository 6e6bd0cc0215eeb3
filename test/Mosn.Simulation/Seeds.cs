using System.Globalization;

namespace Mosn.Simulation;

/// <summary>Which worlds are run: SEEDS of them, from FIRST_SEED on. A failing test names its seed; that one replays.</summary>
internal static class Seeds
{
    private const int CountDefault = 300;

    public static IEnumerable<int> All =>
        Enumerable.Range(Number("FIRST_SEED", 0), Number("SEEDS", CountDefault));

    /// <summary>Runs each world; the first that fails ends the test with its seed.</summary>
    public static void Run(Action<int> world)
    {
        foreach (int seed in All)
        {
            try
            {
                world(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"FIRST_SEED={seed} SEEDS=1: {exception.Message}", exception);
            }
        }
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int number)
            ? number
            : otherwise;
}
