using Microsoft.Extensions.Logging;

namespace Mosn.Proxy.Observability;

/// <summary>The framework's view of the main error log. Scopes are accepted and not printed.</summary>
internal sealed class ErrorLogger(ErrorLogs logs) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) =>
        logLevel != LogLevel.None && logs.Main.IsEnabled(ErrorLogLevels.FromLogLevel(logLevel));

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }
        string text = formatter(state, exception);
        if (exception is not null)
        {
            text = $"{text}: {exception}";
        }
        // Generated log methods name their events too, after themselves: without a dot.
        string? alertKey = eventId.Name?.Contains('.') == true ? eventId.Name : null;
        logs.Main.Write(ErrorLogLevels.FromLogLevel(logLevel), alertKey, text);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
