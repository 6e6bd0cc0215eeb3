using System.Globalization;
using Microsoft.Extensions.Logging;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Transport.Interop;
using Mosn.Transport.Sockets;

namespace Mosn.Cli;

/// <summary>
/// The one composition root: what a running mosn consists of is named here and nowhere else. Making it opens nothing;
/// <see cref="Life"/> does when it runs.
/// </summary>
internal sealed class Composition : IDisposable
{
    private readonly MosnConfig _config;
    private readonly DefaultPaths _paths;
    private readonly FeatureGates _gates;
    private readonly MetricRegistry _metrics;
    private readonly ProcessLogs _logs;
    private readonly EpollLoop[] _loops;
    private readonly EpollLoop _controlLoop;
    private PidFile? _pidFile;

    public Composition(
        StartParameters parameters, MosnConfig config, DefaultPaths paths, FeatureGates gates, CliContext context)
    {
        _config = config;
        _paths = paths;
        _gates = gates;
        int loopCount = LoopCount(config, context);
        _metrics = new MetricRegistry(loopCount, Matcher(config.Metrics));
        _logs = new ProcessLogs(_metrics, context.Time, parameters.LogCeiling);
        bool isBatch = ServerOf(config).Scheduling == LoopScheduling.Batch;
        _loops = [.. Enumerable.Range(0, loopCount).Select(index => new EpollLoop(index, OnBug, isBatch: isBatch))];
        _controlLoop = new EpollLoop(loopCount, OnBug, "mosn-control");
        Stages = new StageMachine(_logs.Log);
        AddHooks();
        Life = new Lifecycle(Stages, Parts(context), parameters.DrainTime, context.Time, _logs.Log);
        Life.OnReopenLogs(_logs.Files.ReopenAll);
    }

    public StageMachine Stages { get; }

    public Lifecycle Life { get; }

    /// <summary>Writes the last lines of the logs.</summary>
    public void Dispose() => _logs.Dispose();

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
    private List<IServerPart> Parts(CliContext context)
    {
        ProxyRuntime runtime = new(
            _loops,
            _controlLoop,
            _metrics,
            _logs.Files,
            _paths.LogDirectory,
            ConnectionsMax(_config),
            seed: KernelRandom.NextUInt64(), // Also keys tables: not to be guessed.
            context.Time.LocalTimeZone,
            _logs.Log,
            context.Extensions,
            static settings => new DnsNameServers(settings),
            time: context.Time);
        ConfigApplier applier = new(runtime, new SystemHostResolver());
        return
        [
            new LoopSet([.. _loops, _controlLoop]),
            new HealthPart(runtime.Health),
            new ListenerSet(applier, _config, context.Time, _logs.Log),
            Admin(runtime, applier),
            new PeakMemoryPart([.. _loops, _controlLoop], _controlLoop),
            new StartupMemoryPart(_controlLoop),
        ];
    }

    /// <summary>The admin API and the Prometheus sink, on a loop of their own.</summary>
    private AdminPart Admin(ProxyRuntime runtime, ConfigApplier applier)
    {
        AdminSources sources = new()
        {
            Version = VersionCommand.Version,
            Config = () => runtime.InForce(_config),
            Metrics = _metrics,
            Clusters = runtime.Clusters.Snapshot,
            Updates = applier,
            State = () => (int)Stages.State,
            Features = () => _gates.States,
            ErrorLogs = _logs.Errors,
            LogFiles = _logs.Files,
        };
        return new AdminPart(
            _config.Admin,
            _config.Metrics,
            _metrics,
            AdminEndpoints.Standard(sources, _config.Metrics),
            OnBug,
            _logs.Log);
    }

    /// <summary>A bug of ours that reached a loop: it ended one connection; the process goes on, and says so.</summary>
    private void OnBug(Exception exception)
    {
        _metrics.Self.AddShared(SelfMetric.BugsTotal);
        _logs.Log.LogError(exception, "a bug ended a connection");
    }

    private void AddHooks()
    {
        Stages.AddHook(ServerState.Initing, "default directories", _ => Do(_paths.Create));
        Stages.AddHook(ServerState.Initing, "error log", _ => Do(() => _logs.Use(ServerOf(_config), _paths)));
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
            _logs.Log.LogError(e, "the init of a feature gate failed");
        }
    }

    private void WarnOfXds()
    {
        if (_config.DynamicResources is null && _config.StaticResources is null)
        {
            return;
        }
        _logs.Log.LogWarning(
            "the configuration asks for xDS, but the xDS client is not built yet: only what the file says will run");
    }

    /// <summary>Worker loops: <c>GOMAXPROCS</c>, else the configuration, else the cores of this process.</summary>
    private static int LoopCount(MosnConfig config, CliContext context)
    {
        if (int.TryParse(context.Environment("GOMAXPROCS"), CultureInfo.InvariantCulture, out int count) && count > 0)
        {
            return count;
        }
        return ServerOf(config).Processor is > 0 and int configured ? configured : Environment.ProcessorCount;
    }

    /// <summary>
    /// As configured, else what the descriptors suffice for when each client needs one for its upstream, too. The rest is
    /// for listeners, logs and the runtime.
    /// </summary>
    private static long ConnectionsMax(MosnConfig config)
    {
        long descriptors = DescriptorLimit.Raise();
        return config.MaxConnections > 0 ? config.MaxConnections : Math.Max(64, (descriptors - 128) / 2);
    }

    /// <summary>With xDS alone a file has no server; MOSN then logs to standard output.</summary>
    private static ServerConfig ServerOf(MosnConfig config) =>
        config.Servers is [ServerConfig server, ..] ? server : new ServerConfig { DefaultLogPath = "stdout" };

    private static StatsMatcher Matcher(MetricsConfig? config) => config is null
        ? StatsMatcher.None
        : new StatsMatcher(config.RejectAll, config.ExclusionLabels, config.ExclusionKeys);

    private static ValueTask Do(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }
}
