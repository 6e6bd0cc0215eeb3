namespace Mosn.Transport.Interop;

/// <summary>What only a busy time needed, and what pools have let go since.</summary>
public static class PeakMemory
{
    /// <summary>
    /// Gives back to the system what is free in the heap of C, and what is garbage if that is asked for: then all threads stop
    /// for some 0.4 ms for each mebibyte of the heap, dead objects included. Any thread.
    /// </summary>
    public static void Release(bool collects)
    {
        if (collects)
        {
            // The kinder modes take as long, and keep the memory.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        _ = Libc.TrimHeap(0);
    }
}
