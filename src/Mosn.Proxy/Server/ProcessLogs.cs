using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Server;

/// <summary>
/// All logs of the process and the one thread that writes them. Messages go to standard error until
/// <see cref="Use"/>. <see cref="Dispose"/> comes last in a process: it writes what is left.
/// </summary>
internal sealed class ProcessLogs : IDisposable
{
    private readonly LogWriter _writer;

    /// <param name="ceiling">No error log is more verbose than this.</param>
    public ProcessLogs(MetricRegistry metrics, TimeProvider time, ErrorLogLevel ceiling)
    {
        _writer = new LogWriter(metrics.Self);
        Files = new LogFiles(_writer, metrics, time);
        Errors = new ErrorLogs(Files, _writer, time, ceiling);
        Log = Errors.CreateLogger("mosn");
        _writer.Start();
    }

    public LogFiles Files { get; }

    public ErrorLogs Errors { get; }

    /// <summary>Writes to the main error log, whichever that is at the time.</summary>
    public ILogger Log { get; }

    /// <summary>Turns to the error log that the configuration names.</summary>
    /// <exception cref="StartException">It cannot be opened.</exception>
    public void Use(ServerConfig config, DefaultPaths paths)
    {
        if (config.GlobalLogRoller is { } roller)
        {
            Files.Roller = roller;
        }
        string path = config.DefaultLogPath.Length > 0 ? config.DefaultLogPath : paths.MainLog;
        if (!Errors.TryUse(path, LevelOf(config.DefaultLogLevel), out string? problem))
        {
            throw new StartException(problem);
        }
    }

    public void Dispose()
    {
        Errors.Dispose();
        _writer.Dispose();
    }

    private static ErrorLogLevel LevelOf(ConfigLogLevel level) => level switch
    {
        ConfigLogLevel.Fatal => ErrorLogLevel.Fatal,
        ConfigLogLevel.Error => ErrorLogLevel.Error,
        ConfigLogLevel.Warn => ErrorLogLevel.Warn,
        ConfigLogLevel.Debug => ErrorLogLevel.Debug,
        ConfigLogLevel.Trace => ErrorLogLevel.Trace,
        _ => ErrorLogLevel.Info,
    };
}
