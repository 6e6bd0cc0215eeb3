using Mosn.Proxy.Server;
using Mosn.Transport.Interop;

namespace Mosn.Cli;

/// <summary>
/// <c>mosn stop</c>: SIGINT to the process of the pid file, then waits for its end. <c>kill -TERM</c> is the
/// graceful way.
/// </summary>
internal static class StopCommand
{
    internal static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<ExitCode> RunAsync(StartParameters parameters, CliContext context)
    {
        if (Target.Find(parameters, context) is not { } process)
        {
            return ExitCode.Failure;
        }
        if (!Signals.TrySend(process.Pid, (int)ProcessSignal.Interrupt, out string error))
        {
            await context.Error.WriteLineAsync($"mosn stop: cannot signal process {process.Pid}: {error}");
            return ExitCode.Failure;
        }

        long begun = context.Time.GetTimestamp();
        while (process.IsAlive)
        {
            if (context.Time.GetElapsedTime(begun) >= WaitMax)
            {
                await context.Error.WriteLineAsync(
                    $"mosn stop: process {process.Pid} still runs after {WaitMax.TotalSeconds:0} seconds");
                return ExitCode.Failure;
            }
            await Task.Delay(PollInterval, context.Time);
        }
        await context.Out.WriteLineAsync($"process {process.Pid} has ended");
        return ExitCode.Success;
    }
}
