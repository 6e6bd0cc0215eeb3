using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Observability;

/// <summary>
/// All log outputs of the process: each is opened once, however many loggers name it. Thread-safe; control side.
/// </summary>
internal sealed class LogFiles
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LogFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccessLogSink> _sinks = new(StringComparer.Ordinal);
    private readonly LogWriter _writer;
    private readonly MetricRegistry _metrics;
    private readonly TimeProvider _time;
    private readonly Action<Action> _background;
    private bool _accessLogsEnabled = true;
    private volatile LogRollerConfig _roller = LogRollerConfig.Default;

    /// <param name="writer">Writes all of them.</param>
    /// <param name="metrics">For the number of loops and the proxy's own counters.</param>
    /// <param name="time">Its local zone is the zone of all stamps.</param>
    /// <param name="background">Runs slow file work; the thread pool if null.</param>
    public LogFiles(LogWriter writer, MetricRegistry metrics, TimeProvider time, Action<Action>? background = null)
    {
        _writer = writer;
        _metrics = metrics;
        _time = time;
        _background = background ?? (static work => _ = Task.Run(work));
    }

    /// <summary>The one roller of all files, those already open included.</summary>
    public LogRollerConfig Roller
    {
        get => _roller;
        set => _roller = value;
    }

    /// <summary>
    /// The output of that name, opened if need be: empty or <c>stderr</c>, <c>stdout</c>, <c>syslog</c>,
    /// <c>syslog+tcp://h:p</c>, <c>syslog+udp://h:p</c>, <c>syslog://h:p</c>, or a file.
    /// </summary>
    public bool TryOpen(string path, [NotNullWhen(true)] out LogFile? file, [NotNullWhen(false)] out string? problem)
    {
        lock (_lock)
        {
            return TryOpenLocked(path, out file, out problem);
        }
    }

    /// <summary>The access log of that output; see <see cref="TryOpen"/> for the names.</summary>
    public bool TryOpenAccessLog(
        string path, [NotNullWhen(true)] out AccessLogSink? sink, [NotNullWhen(false)] out string? problem)
    {
        lock (_lock)
        {
            problem = null;
            if (_sinks.TryGetValue(path, out sink))
            {
                return true;
            }
            if (!TryOpenLocked(path, out LogFile? file, out problem))
            {
                return false;
            }
            sink = new AccessLogSink(file, _writer, _metrics.Self, _time.LocalTimeZone, _metrics.LoopCount);
            sink.IsEnabled = _accessLogsEnabled;
            _sinks.Add(path, sink);
            return true;
        }
    }

    /// <summary>Stops or resumes the lines of one output. False if there is no such output.</summary>
    public bool TrySetEnabled(string path, bool enabled)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(path, out LogFile? file))
            {
                return false;
            }
            file.IsEnabled = enabled;
            return true;
        }
    }

    /// <summary>Stops or resumes all access logs, those that are opened later included.</summary>
    public void SetAccessLogsEnabled(bool enabled)
    {
        lock (_lock)
        {
            _accessLogsEnabled = enabled;
            foreach (AccessLogSink sink in _sinks.Values)
            {
                sink.IsEnabled = enabled;
            }
        }
    }

    /// <summary>Has all files opened anew by the writer, as SIGUSR1 asks for.</summary>
    public void ReopenAll()
    {
        lock (_lock)
        {
            foreach (LogFile file in _files.Values)
            {
                file.RequestReopen();
            }
        }
        _writer.Wake();
    }

    private bool TryOpenLocked(
        string path, [NotNullWhen(true)] out LogFile? file, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (_files.TryGetValue(path, out file))
        {
            return true;
        }
        try
        {
            file = new LogFile(path, OpenOutput(path), _metrics.Self);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException or SocketException)
        {
            problem = $"cannot open log '{path}': {error.Message}";
            return false;
        }
        _files.Add(path, file);
        _writer.Add(file);
        return true;
    }

    private ILogOutput OpenOutput(string path) => path switch
    {
        "" or "stderr" or "/dev/stderr" => new StreamLogOutput(Console.OpenStandardError()),
        "stdout" or "/dev/stdout" => new StreamLogOutput(Console.OpenStandardOutput()),
        _ when SyslogAddress.IsSyslog(path) => new SyslogLogOutput(SyslogAddress.Parse(path), _time),
        _ => new FileLogOutput(path, _time, () => _roller, _background),
    };
}
