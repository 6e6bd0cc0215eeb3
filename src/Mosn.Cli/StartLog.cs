using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Mosn.Cli;

/// <summary>The log before there is a configured one: lines on standard error, from INFO on.</summary>
internal sealed class StartLog(TextWriter output, TimeProvider time) : ILogger
{
    private readonly Lock _lock = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }
        string now = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
        string text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception}";
        lock (_lock)
        {
            output.WriteLine($"{now} [{Name(logLevel)}] {text}");
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };
}
