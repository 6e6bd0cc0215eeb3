using System.Globalization;

namespace Mosn.Transport.Interop;

/// <summary>Code and constants that only the start of the program needed.</summary>
public static class StartupCode
{
    private const int MADV_DONTNEED = 4;

    /// <summary>
    /// Lets go of all pages that are mapped from files and cannot have been written to: those that are still used come back
    /// from the page cache by themselves, a few dozen of some thousand. Of a native binary that is a third of its resident
    /// memory. Nothing can be lost, since nothing but what is in the files was there.
    /// </summary>
    /// <returns>Bytes of the mappings that were let go.</returns>
    public static long Release()
    {
        long released = 0;
        (nint Start, nint End) mapping = default;
        foreach (string line in ReadMappings())
        {
            if (line.Contains(" r-xp ", StringComparison.Ordinal) || line.Contains(" r--p ", StringComparison.Ordinal))
            {
                mapping = line.Contains(" /", StringComparison.Ordinal) ? RangeOf(line) : default;
            }
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                // A page that was relocated before it was protected is anonymous: its mapping is left alone.
                if (mapping.Start != 0 && line.EndsWith(" 0 kB", StringComparison.Ordinal)
                    && Libc.Advise(mapping.Start, (nuint)(mapping.End - mapping.Start), MADV_DONTNEED) == 0)
                {
                    released += mapping.End - mapping.Start;
                }
                mapping = default;
            }
        }
        return released;
    }

    /// <summary>The addresses at the start of a line; zeros if there are none.</summary>
    private static (nint Start, nint End) RangeOf(string line)
    {
        ReadOnlySpan<char> range = line.AsSpan(0, Math.Max(0, line.IndexOf(' ')));
        int dash = Math.Max(0, range.IndexOf('-'));
        return nint.TryParse(range[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint start)
            && nint.TryParse(range[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint end)
                ? (start, end)
                : default;
    }

    private static string[] ReadMappings()
    {
        try
        {
            return File.ReadAllLines("/proc/self/smaps");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // Without /proc there is nothing to be done, and nothing lost.
        }
    }
}
