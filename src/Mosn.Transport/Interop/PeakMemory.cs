using Mosn.Transport.Buffers;

namespace Mosn.Transport.Interop;

/// <summary>What only a busy time needed, and what pools have let go since.</summary>
public static class PeakMemory
{
    /// <summary>Less is not worth a stop of all threads.</summary>
    private const long CollectedBytesMin = 2 * 1024 * 1024;

    /// <summary>With more, all threads would stand still for longer than 40 ms.</summary>
    private const long HeapBytesMax = 128 * 1024 * 1024;

    /// <summary>Less is not worth the walk through the heaps.</summary>
    private const long TrimmedBytesMin = 1024 * 1024;

    /// <summary>
    /// Gives what <paramref name="released"/> counts back to the system. Where a good part of the heap is garbage now, stops all
    /// threads for a collection: a third of a millisecond for each mebibyte of the heap. Any thread.
    /// </summary>
    /// <returns>True if there was a collection.</returns>
    public static bool Release(ReleasedBytes released)
    {
        bool isCollected = IsWorthCollecting(released.Managed, GC.GetTotalMemory(forceFullCollection: false));
        if (isCollected)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        if (isCollected || released.Native >= TrimmedBytesMin)
        {
            _ = Libc.TrimHeap(0);
        }
        return isCollected;
    }

    /// <param name="released">Bytes that pools have let go: less than half of what their objects had become.</param>
    /// <param name="heap">Bytes of all objects.</param>
    internal static bool IsWorthCollecting(long released, long heap) =>
        released >= Math.Max(CollectedBytesMin, heap / 4) && heap <= HeapBytesMax;
}
