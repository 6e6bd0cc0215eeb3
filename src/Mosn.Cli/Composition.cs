using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>
/// The one composition root: what a running mosn consists of is named here and nowhere else. Making it opens nothing;
/// <see cref="Life"/> does when it runs.
/// </summary>
internal sealed class Composition
{
    private readonly MosnConfig _config;
    private readonly DefaultPaths _paths;
    private readonly FeatureGates _gates;
    private readonly ILogger _log;
    private PidFile? _pidFile;

    public Composition(
        StartParameters parameters, MosnConfig config, DefaultPaths paths, FeatureGates gates, TimeProvider time,
        ILogger log)
    {
        _config = config;
        _paths = paths;
        _gates = gates;
        _log = log;
        Stages = new StageMachine(log);
        AddHooks();
        Life = new Lifecycle(Stages, Parts(), parameters.DrainTime, time, log);
    }

    public StageMachine Stages { get; }

    public Lifecycle Life { get; }

    /// <summary>The gates that exist. MOSN's command lines set them; no part reads one yet.</summary>
    public static FeatureGates FeatureGates()
    {
        FeatureGates gates = new();
        foreach (string name in (string[])["auto_config", "XdsMtlsEnable", "PayLoadLimitEnable", "MultiTenantMode"])
        {
            gates.Add(new FeatureGate(name));
        }
        return gates;
    }

    /// <summary>What runs, in the order in which it starts; it stops in reverse.</summary>
    private static List<IServerPart> Parts() => [];

    private void AddHooks()
    {
        Stages.AddHook(ServerState.Initing, "default directories", _ => Do(_paths.Create));
        Stages.AddHook(ServerState.PreStart, "xDS client", _ => Do(WarnOfXds));
        Stages.AddHook(ServerState.PreStart, "feature gates", cancel => Do(() => _ = InitGatesAsync(cancel)));

        // Only when the ports are ours: a second start by mistake must not take the running process's file away.
        Stages.AddHook(ServerState.AfterStart, "pid file", _ => Do(
            () => _pidFile = PidFile.Write(_config.Pid, _paths.PidFile, Environment.ProcessId)));
        Stages.AddHook(ServerState.AfterStop, "pid file", _ => Do(() => _pidFile?.Remove()));
    }

    /// <summary>Beside the rest of the start, which does not wait for it.</summary>
    private async Task InitGatesAsync(CancellationToken cancel)
    {
        try
        {
            await _gates.FinishInit(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.LogError(e, "the init of a feature gate failed");
        }
    }

    private void WarnOfXds()
    {
        if (_config.DynamicResources is null && _config.StaticResources is null)
        {
            return;
        }
        _log.LogWarning(
            "the configuration asks for xDS, but the xDS client is not built yet: only what the file says will run");
    }

    private static ValueTask Do(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }
}
