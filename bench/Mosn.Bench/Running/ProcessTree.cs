using System.Globalization;

namespace Mosn.Bench.Running;

/// <summary>What /proc says about a proxy: a process and its descendants (nginx works in child processes).</summary>
public static class ProcessTree
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const long NanosecondsPerTick = 10_000_000;

    /// <summary>The ids of <paramref name="root"/> and of all its descendants that are alive.</summary>
    public static int[] Ids(int root)
    {
        ILookup<int, int> children = Directory.EnumerateDirectories("/proc")
            .Select(path => Path.GetFileName(path))
            .Where(name => char.IsAsciiDigit(name[0]))
            .Select(name => (Id: int.Parse(name), Stat: StatFields(name)))
            .Where(process => process.Stat is not null)
            .ToLookup(process => int.Parse(process.Stat![1]), process => process.Id);
        List<int> found = [root];
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }
        return [.. found];
    }

    /// <summary>CPU time so far of all threads of the given processes.</summary>
    public static CpuTime Cpu(IReadOnlyList<int> ids)
    {
        long total = 0, user = 0, system = 0;
        foreach (int id in ids)
        {
            string[] fields = StatFields(id.ToString())
                ?? throw new BenchException($"process {id} of the proxy has ended");
            long userTicks = long.Parse(fields[11]), systemTicks = long.Parse(fields[12]);
            user += userTicks * NanosecondsPerTick;
            system += systemTicks * NanosecondsPerTick;
            total += Directory.EnumerateDirectories($"/proc/{id}/task").Sum(TaskNanoseconds);
        }
        return new CpuTime(total, user, system);
    }

    /// <summary>Resident and proportional memory now, and the sum of each process's peak, in bytes.</summary>
    public static Memory Memory(IReadOnlyList<int> ids)
    {
        Memory sum = default;
        foreach (int id in ids)
        {
            Dictionary<string, long> rollup = Kilobytes($"/proc/{id}/smaps_rollup");
            Dictionary<string, long> status = Kilobytes($"/proc/{id}/status");
            sum = new Memory(
                sum.RssBytes + rollup["Rss"],
                sum.PssBytes + rollup["Pss"],
                sum.PeakBytes + status["VmHWM"]);
        }
        return sum;
    }

    private static long TaskNanoseconds(string task)
    {
        try
        {
            string text = File.ReadAllText(task + "/schedstat");
            return long.Parse(text.AsSpan(0, text.IndexOf(' ')), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // The thread has just ended.
        }
    }

    /// <summary>The fields of /proc/ID/stat from the state on (field 3 is index 0), or null when it is gone.</summary>
    private static string[]? StatFields(string id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Dictionary<string, long> Kilobytes(string file) => File.ReadLines(file)
        .Where(line => line.EndsWith(" kB", StringComparison.Ordinal))
        .Select(line => line.Split(':'))
        .ToDictionary(parts => parts[0], parts => long.Parse(parts[1].AsSpan(0, parts[1].Length - 3)) * 1024);
}

/// <param name="TotalNs">Sum of the scheduler's exact account of each living thread.</param>
/// <param name="UserNs">From the process's clock ticks (10 ms): good for the split, too coarse for the total.</param>
public readonly record struct CpuTime(long TotalNs, long UserNs, long SystemNs)
{
    /// <summary>CPU spent since <paramref name="start"/>.</summary>
    public CpuTime Since(CpuTime start)
    {
        long user = UserNs - start.UserNs, system = SystemNs - start.SystemNs;
        // Threads that ended in between took their account with them; the process's ticks still have it.
        long total = Math.Max(TotalNs - start.TotalNs, user + system - 20_000_000);
        return new CpuTime(total, user, system);
    }

    /// <summary>The part of the total that was spent in user space, by the tick accounts; the rest is system.</summary>
    public double UserShare => UserNs + SystemNs == 0 ? 0 : (double)UserNs / (UserNs + SystemNs);
}

/// <param name="RssBytes">Sum over the processes; pages they share count in each.</param>
/// <param name="PssBytes">Shared pages divided among those that map them.</param>
/// <param name="PeakBytes">Sum of the highest resident sizes.</param>
public readonly record struct Memory(long RssBytes, long PssBytes, long PeakBytes);
