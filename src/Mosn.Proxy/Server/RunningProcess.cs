using System.Globalization;

namespace Mosn.Proxy.Server;

/// <summary>
/// A process of this machine, as <c>/proc</c> shows it: enough to know that it is a mosn, and when it has gone.
/// </summary>
public sealed class RunningProcess
{
    private readonly string _procRoot;
    private readonly ulong _startTicks;

    private RunningProcess(int pid, string procRoot, ulong startTicks)
    {
        Pid = pid;
        _procRoot = procRoot;
        _startTicks = startTicks;
    }

    public int Pid { get; }

    /// <summary>False once it has ended: a zombie, and another process under the same number, count as gone.</summary>
    public bool IsAlive => ReadStartTicks(_procRoot, Pid) == _startTicks;

    /// <param name="procRoot"><c>/proc</c>; tests bring their own.</param>
    /// <returns>Null when no process of that number is alive.</returns>
    public static RunningProcess? Find(int pid, string procRoot = "/proc") =>
        ReadStartTicks(procRoot, pid) is { } ticks ? new RunningProcess(pid, procRoot, ticks) : null;

    /// <summary>Whether it runs one of these programs, as a binary or as an assembly under <c>dotnet</c>.</summary>
    /// <param name="programs">File names without a directory, e.g. "mosn".</param>
    public bool Runs(IReadOnlyCollection<string> programs) =>
        ProgramNames().Any(name => programs.Contains(name, StringComparer.Ordinal));

    private IEnumerable<string> ProgramNames()
    {
        string folder = Folder(_procRoot, Pid);
        string[] arguments = (TryRead(Path.Combine(folder, "cmdline")) ?? "").Split('\0');
        yield return Path.GetFileName(arguments[0]);
        if (arguments.Length > 1 && Path.GetFileName(arguments[0]) == "dotnet")
        {
            yield return Path.GetFileNameWithoutExtension(arguments[1]);
        }
        if (TryReadLink(Path.Combine(folder, "exe")) is { } executable)
        {
            const string Replaced = " (deleted)"; // What the kernel adds when a new version was put in its place.
            yield return Path.GetFileName(
                executable.EndsWith(Replaced, StringComparison.Ordinal) ? executable[..^Replaced.Length] : executable);
        }
    }

    /// <summary>
    /// When the process began, in clock ticks since boot (field 22 of proc(5) stat); null when it is a zombie or gone.
    /// </summary>
    private static ulong? ReadStartTicks(string procRoot, int pid)
    {
        const int StateField = 0, StartField = 19; // Counted from the field after the name, which may hold anything.
        string stat = TryRead(Path.Combine(Folder(procRoot, pid), "stat")) ?? "";
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartField && fields[StateField] is not ("Z" or "X")
            && ulong.TryParse(fields[StartField], NumberStyles.None, CultureInfo.InvariantCulture, out ulong ticks)
            ? ticks
            : null;
    }

    private static string Folder(string procRoot, int pid) =>
        Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture));

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? TryReadLink(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
