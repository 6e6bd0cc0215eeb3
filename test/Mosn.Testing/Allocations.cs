namespace Mosn.Testing;

/// <summary>Measures what code allocates on the managed heap once it is warm.</summary>
public static class Allocations
{
    private const int TriesMax = 3;

    /// <summary>
    /// Bytes that <paramref name="run"/> allocates on this thread: the least of a few runs. The runtime itself allocates now
    /// and then on a thread of ours, when it promotes a method or a collection has emptied an array pool; what the code
    /// allocates shows in every run.
    /// </summary>
    /// <param name="run">Warm already: everything that is made once is made.</param>
    public static long Of(Action run)
    {
        long least = long.MaxValue;
        for (int i = 0; i < TriesMax && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
