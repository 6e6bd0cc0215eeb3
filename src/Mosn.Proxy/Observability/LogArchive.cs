using System.Globalization;
using System.IO.Compression;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Observability;

/// <summary>What becomes of a log file whose time is over: its new name, its compression, its end.</summary>
internal sealed class LogArchive(string path, TimeProvider time, Action<Action> background)
{
    private const string SizeStamp = "yyyy-MM-dd'T'HH-mm-ss.fff";

    /// <summary>
    /// The first local-time multiple of the roller's interval after a moment; the end of time if it rotates by size. A
    /// wall-clock time that a change of the clocks skips is the moment of the change.
    /// </summary>
    public static DateTimeOffset NextRotation(DateTimeOffset after, LogRollerConfig roller, TimeZoneInfo zone)
    {
        if (roller.Interval is not { } interval)
        {
            return DateTimeOffset.MaxValue;
        }
        DateTime wall = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        long multiples = (wall - DateTime.UnixEpoch).Ticks / interval.Ticks;
        return AtWallTime(DateTime.UnixEpoch.AddTicks((multiples + 1) * interval.Ticks), after, zone);
    }

    /// <summary>Renames the file. Does nothing if it is not there any more, or if the system does not let us.</summary>
    /// <param name="begun">When the file was begun, in local time: the stamp of a rotation by time.</param>
    /// <param name="roller">Decides the kind of name.</param>
    public void PutAside(DateTimeOffset begun, LogRollerConfig roller)
    {
        string target = roller.Interval is { } interval ? TimedName(begun, interval, roller.Keep) : SizedName();
        try
        {
            File.Move(path, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return;
        }
        if (roller.Interval is null)
        {
            DateTimeOffset now = time.GetUtcNow();
            background(() => TidyUp(roller, now));
        }
    }

    private static DateTimeOffset AtWallTime(DateTime wall, DateTimeOffset after, TimeZoneInfo zone)
    {
        wall = DateTime.SpecifyKind(wall, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(wall))
        {
            wall = wall.AddMinutes(15);
        }
        if (!zone.IsAmbiguousTime(wall))
        {
            return new DateTimeOffset(wall, zone.GetUtcOffset(wall));
        }
        // A time that the clocks show twice: the first one that is still to come.
        return zone.GetAmbiguousTimeOffsets(wall)
            .Select(offset => new DateTimeOffset(wall, offset))
            .Where(moment => moment > after)
            .Min();
    }

    // x.2024-05-01, then x.2024-05-01.1 and so on; when all numbers are taken, the last one is written over.
    private string TimedName(DateTimeOffset begun, TimeSpan interval, int keepCount)
    {
        string stamp = begun.ToString(interval.TotalHours >= 24 ? "yyyy-MM-dd" : "yyyy-MM-dd_HH");
        string name = $"{path}.{stamp}";
        string candidate = name;
        int last = keepCount > 0 ? keepCount : int.MaxValue;
        for (int i = 1; i <= last && File.Exists(candidate); i++)
        {
            candidate = $"{name}.{i}";
        }
        return candidate;
    }

    private string SizedName()
    {
        string extension = Path.GetExtension(path);
        string stem = path[..^extension.Length];
        return $"{stem}-{time.GetLocalNow().ToString(SizeStamp)}{extension}";
    }

    private void TidyUp(LogRollerConfig roller, DateTimeOffset now)
    {
        try
        {
            (string Name, DateTime Stamp)[] old = [.. OldFiles().OrderByDescending(static file => file.Stamp)];
            DateTime oldest = roller.AgeDays > 0
                ? TimeZoneInfo.ConvertTime(now, time.LocalTimeZone).DateTime.AddDays(-roller.AgeDays)
                : DateTime.MinValue;
            for (int i = 0; i < old.Length; i++)
            {
                if ((roller.Keep > 0 && i >= roller.Keep) || old[i].Stamp < oldest)
                {
                    File.Delete(old[i].Name);
                }
                else if (roller.Compress && !old[i].Name.EndsWith(".gz", StringComparison.Ordinal))
                {
                    Compress(old[i].Name);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Somebody else's hand in the directory, or a full disk: the next rotation tries again.
        }
    }

    private IEnumerable<(string Name, DateTime Stamp)> OldFiles()
    {
        string extension = Path.GetExtension(path);
        string prefix = Path.GetFileNameWithoutExtension(path) + "-";
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!))
        {
            string name = Path.GetFileName(file);
            name = name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && name.EndsWith(extension, StringComparison.Ordinal)
                && name.Length > prefix.Length + extension.Length
                && DateTime.TryParseExact(
                    name[prefix.Length..^extension.Length], SizeStamp, null, DateTimeStyles.None, out DateTime stamp))
            {
                yield return (file, stamp);
            }
        }
    }

    private static void Compress(string file)
    {
        string partial = file + ".tmp";
        using (FileStream from = File.OpenRead(file))
        using (GZipStream to = new(File.Create(partial), CompressionLevel.Fastest))
        {
            from.CopyTo(to);
        }
        File.Move(partial, file + ".gz", overwrite: true);
        File.Delete(file);
    }
}
