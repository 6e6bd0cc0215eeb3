using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Mosn.Transport.Interop;

/// <summary>What only the start of the program needed: its garbage, its code, its constants.</summary>
public static class StartupMemory
{
    private const int MADV_DONTNEED = 4;

    /// <summary>A heap above this is no garbage of the start, and all threads would stand still for long.</summary>
    private const long CompactedBytesMax = 16 * 1024 * 1024;

    // A line of /proc/self/smaps holds at most a path (PATH_MAX) and 73 bytes before it.
    private const int LineBytesMax = 4096 + 128;

    /// <summary>
    /// Gives back to the system what the start has left behind. Stops all threads for a collection of a millisecond or
    /// two. Any thread.
    /// </summary>
    /// <returns>Bytes of the mappings of files that were let go.</returns>
    public static long Release()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= CompactedBytesMax)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        return ReleaseFilePages(); // Last: so the code that collects goes, too.
    }

    /// <summary>
    /// Lets go of all pages that are mapped from files and cannot have been written to: those that are still used come back
    /// from the page cache by themselves, a few dozen of some thousand. Nothing can be lost, since nothing but what is in
    /// the files was there.
    /// </summary>
    private static long ReleaseFilePages()
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle("/proc/self/smaps");
            return ReleaseFilePages(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // Without /proc there is nothing to be done, and nothing lost.
        }
    }

    // In pieces on the stack: as strings, the list would be a quarter of a megabyte of new garbage.
    private static long ReleaseFilePages(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[LineBytesMax];
        long released = 0;
        (nint Start, nint End) mapping = default;
        long offset = 0;
        int held = 0;
        int count;
        while ((count = RandomAccess.Read(file, buffer[held..], offset)) > 0)
        {
            offset += count;
            Span<byte> rest = buffer[..(held + count)];
            int end;
            while ((end = rest.IndexOf((byte)'\n')) >= 0)
            {
                released += ReleaseUnwritten(rest[..end], ref mapping);
                rest = rest[(end + 1)..];
            }
            rest.CopyTo(buffer);
            held = rest.Length;
        }
        return released;
    }

    /// <summary>Looks at the next line. The line that says what is anonymous follows the one that names the mapping.</summary>
    private static long ReleaseUnwritten(ReadOnlySpan<byte> line, ref (nint Start, nint End) mapping)
    {
        if (line.IndexOf(" r-xp "u8) >= 0 || line.IndexOf(" r--p "u8) >= 0)
        {
            mapping = line.IndexOf(" /"u8) >= 0 ? RangeOf(line) : default;
            return 0;
        }
        if (mapping.Start == 0 || !line.StartsWith("Anonymous:"u8))
        {
            return 0;
        }
        // A page that was relocated before it was protected is anonymous, and one with a debugger's trap in it: such a
        // mapping is left alone.
        (nint start, nint end) = mapping;
        mapping = default;
        return line.EndsWith(" 0 kB"u8) && Libc.Advise(start, (nuint)(end - start), MADV_DONTNEED) == 0 ? end - start : 0;
    }

    /// <summary>The addresses at the start of a line; zeros if there are none.</summary>
    private static (nint Start, nint End) RangeOf(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out long start, out int startLength, 'x')
        && Utf8Parser.TryParse(line[Math.Min(startLength + 1, line.Length)..], out long end, out _, 'x')
            ? ((nint)start, (nint)end)
            : default;
}
