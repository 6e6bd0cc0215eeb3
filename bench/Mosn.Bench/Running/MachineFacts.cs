using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Mosn.Bench.Running;

/// <summary>What a reader must know about the machine to judge the figures.</summary>
public sealed record MachineFacts(
    string Date, string Commit, string Processor, int Cores, bool IsVirtual, string Kernel, string System,
    double MemoryGb, string LoadAverage, string Runtime)
{
    public static MachineFacts Read(string date, string repositoryRoot)
    {
        string cpuInfo = File.ReadAllText("/proc/cpuinfo");
        string release = File.ReadAllText("/proc/sys/kernel/osrelease");
        string os = First(File.ReadAllText("/etc/os-release"), "PRETTY_NAME=\"(.*)\"") ?? "Linux";
        string memory = First(File.ReadAllText("/proc/meminfo"), @"MemTotal:\s+(\d+)") ?? "0";
        string commit = Output("git", "-C", repositoryRoot, "describe", "--always", "--dirty");
        return new MachineFacts(
            date,
            commit.Length == 0 ? "unknown" : commit,
            $"{First(cpuInfo, @"model name\s*:\s*(.*)") ?? "unknown"} ({RuntimeInformation.ProcessArchitecture})",
            Environment.ProcessorCount,
            cpuInfo.Contains(" hypervisor", StringComparison.Ordinal),
            First(release, @"^(\d+(\.\d+)*)") ?? "unknown",
            os,
            Math.Round(long.Parse(memory) * 1024 / 1e9, 1),
            File.ReadAllText("/proc/loadavg").Split(' ')[0],
            RuntimeInformation.FrameworkDescription);
    }

    /// <summary>Runs a short command and returns all it printed, trimmed; empty when it cannot be run.</summary>
    public static string Output(string file, params IReadOnlyList<string> arguments)
    {
        try
        {
            ProcessStartInfo start = new(file, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (output + errors.GetAwaiter().GetResult()).Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    /// <summary>The first group of the first match, or null.</summary>
    public static string? First(string text, string pattern)
    {
        Match match = Regex.Match(text, pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups[1].Value.Trim() : null;
    }
}
