using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary><c>mosn start</c>: reads the configuration, then lives until a signal ends it.</summary>
internal static class StartCommand
{
    public static async Task<ExitCode> RunAsync(StartParameters parameters, CliContext context)
    {
        FeatureGates gates = Composition.FeatureGates();
        if (!gates.TrySet(parameters.FeatureGates, out string? wrongGate))
        {
            await context.Error.WriteLineAsync($"mosn start: {wrongGate}");
            return ExitCode.Failure;
        }

        ConfigOrigin origin = ConfigOrigin.Choose(parameters.ConfigFile, context);
        ConfigLoadResult loaded = origin.Load(isStrict: false);
        ConfigProblemText.Write(context.Error, loaded.Problems);
        if (loaded.Config is not { } config || loaded.HasErrors)
        {
            return ExitCode.Failure;
        }
        using Composition composition = new(parameters, config, origin.Paths(config), gates, context);
        if (origin.FilePath is null)
        {
            composition.Stages.Watch(state => Welcome(state, context.Out));
        }
        using ProcessSignals signals = new(composition.Life.OnSignal);
        ExitCode code = await composition.Life.RunAsync();
        if (composition.Life.StartFailure is { } reason)
        {
            // Also in the log, but that may be a file, and whoever typed the command looks here.
            await context.Error.WriteLineAsync($"mosn start: {reason}");
        }
        return code;
    }

    /// <summary>Whoever starts without a file wants to see something happen.</summary>
    private static void Welcome(ServerState state, TextWriter output)
    {
        if (state == ServerState.Running)
        {
            output.WriteLine(
                """
                mosn runs its built-in demo. Try:
                  curl http://127.0.0.1:2045/                    client -> server -> application listener
                  curl http://127.0.0.1:2047/                    the application listener itself
                  curl http://127.0.0.1:34901/api/v1/states      the admin API
                Ctrl-C ends it. Your own: mosn start -c FILE
                """);
        }
    }
}
