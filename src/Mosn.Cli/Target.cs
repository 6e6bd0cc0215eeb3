using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>The running process that <c>stop</c> and <c>reload</c> mean.</summary>
internal static class Target
{
    /// <returns>Null when there is none, or it is not a mosn; why was printed.</returns>
    public static RunningProcess? Find(StartParameters parameters, CliContext context)
    {
        ConfigOrigin origin = ConfigOrigin.Choose(parameters.ConfigFile, context);
        string path = origin.PidFileOfRunning();
        if (PidFile.Read(path) is not { } pid)
        {
            context.Error.WriteLine($"mosn: no process number in {path}: is it running with this configuration?");
            return null;
        }
        if (RunningProcess.Find(pid, context.ProcRoot) is not { } process)
        {
            context.Error.WriteLine($"mosn: process {pid} of {path} is not running");
            return null;
        }
        string self = Path.GetFileName(Environment.ProcessPath ?? "mosn");
        if (!process.Runs(["mosn", self]))
        {
            context.Error.WriteLine($"mosn: process {pid} of {path} is not a mosn; the file is stale");
            return null;
        }
        return process;
    }
}
