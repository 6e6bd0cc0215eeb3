using Mosn.Proxy.Server;
using Mosn.Transport.Interop;

namespace Mosn.Cli;

/// <summary>
/// <c>mosn reload</c>: SIGHUP to the process of the pid file. Servers of this version keep running as they are and log
/// that hot upgrade is missing, so the command says so and does not claim success.
/// </summary>
internal static class ReloadCommand
{
    public static ExitCode Run(StartParameters parameters, CliContext context)
    {
        if (Target.Find(parameters, context) is not { } process)
        {
            return ExitCode.Failure;
        }
        if (!Signals.TrySend(process.Pid, (int)ProcessSignal.HangUp, out string error))
        {
            context.Error.WriteLine($"mosn reload: cannot signal process {process.Pid}: {error}");
            return ExitCode.Failure;
        }
        context.Error.WriteLine(
            $"mosn reload: process {process.Pid} was asked, but hot upgrade is not supported yet: "
            + "it goes on with its old configuration. Use stop and start.");
        return ExitCode.Failure;
    }
}
