using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Mosn.Proxy.Observability;

/// <summary>
/// The error logs of the process, and the factory of the loggers that write to the main one. Begins with standard error
/// at INFO; <see cref="TryUse"/> changes to what the configuration says. Thread-safe.
/// </summary>
/// <remarks>A factory of its own: the framework's would bring options, providers and a filter of its own.</remarks>
internal sealed class ErrorLogs : ILoggerFactory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ErrorLog> _logs = new(StringComparer.Ordinal);
    private readonly LogFiles _files;
    private readonly LogWriter _writer;
    private readonly TimeProvider _time;
    private readonly ErrorLogLevel _ceiling;
    private volatile ErrorLog _main;

    /// <param name="files">Where outputs are opened.</param>
    /// <param name="writer">Writes them.</param>
    /// <param name="time">Stamps the lines, in its local zone.</param>
    /// <param name="ceiling">No log is more verbose when it is opened; an operator may raise it later.</param>
    public ErrorLogs(LogFiles files, LogWriter writer, TimeProvider time, ErrorLogLevel ceiling = ErrorLogLevel.Trace)
    {
        _files = files;
        _writer = writer;
        _time = time;
        _ceiling = ceiling;
        bool opened = TryUse("", ErrorLogLevel.Info, out _);
        Check.That(opened);
    }

    /// <summary>The log that all loggers write to now.</summary>
    public ErrorLog Main => _main;

    /// <summary>Opens a log and sends all loggers' messages there from now on. On a problem nothing changes.</summary>
    [MemberNotNull(nameof(_main))]
    public bool TryUse(string path, ErrorLogLevel level, [NotNullWhen(false)] out string? problem)
    {
        bool opened = TryOpen(path, level, out ErrorLog? log, out problem);
        _main = log ?? _main!;
        return opened;
    }

    /// <summary>A log of its own, beside the main one; its level is set if it exists already.</summary>
    public bool TryOpen(
        string path,
        ErrorLogLevel level,
        [NotNullWhen(true)] out ErrorLog? log,
        [NotNullWhen(false)] out string? problem)
    {
        level = level < _ceiling ? level : _ceiling;
        lock (_lock)
        {
            problem = null;
            if (_logs.TryGetValue(path, out log))
            {
                log.Level = level;
                return true;
            }
            if (!_files.TryOpen(path, out LogFile? file, out problem))
            {
                return false;
            }
            log = new ErrorLog(file, _writer, _time, level);
            _logs.Add(path, log);
            return true;
        }
    }

    /// <summary>Changes the level of one log, as the admin API asks. False if there is no such log.</summary>
    public bool TrySetLevel(string path, ErrorLogLevel level)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(path, out ErrorLog? log))
            {
                return false;
            }
            log.Level = level;
            return true;
        }
    }

    /// <summary>Path and level of all logs, sorted by path; the empty path is standard error.</summary>
    public IReadOnlyList<(string Path, ErrorLogLevel Level)> Levels()
    {
        lock (_lock)
        {
            return [.. _logs.Values.Select(static log => (log.Path, log.Level)).OrderBy(
                static pair => pair.Path, StringComparer.Ordinal)];
        }
    }

    /// <summary>A logger that writes to the main log, whichever that is at the time. The name is not printed.</summary>
    public ILogger CreateLogger(string categoryName) => new ErrorLogger(this);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Error logs are the only place that messages go to.");

    public void Dispose()
    {
        // The writer closes the outputs.
    }
}
