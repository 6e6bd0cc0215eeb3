using Microsoft.Extensions.Logging;

namespace Mosn.Proxy.Observability;

/// <summary>The names of levels, in the three vocabularies in which they come.</summary>
internal static class ErrorLogLevels
{
    /// <summary>
    /// As in the configuration and the admin API: <c>FATAL ERROR WARN INFO DEBUG TRACE</c>, upper case.
    /// </summary>
    public static bool TryParse(string text, out ErrorLogLevel level)
    {
        (level, bool known) = text switch
        {
            "FATAL" => (ErrorLogLevel.Fatal, true),
            "ERROR" => (ErrorLogLevel.Error, true),
            "WARN" => (ErrorLogLevel.Warn, true),
            "INFO" => (ErrorLogLevel.Info, true),
            "DEBUG" => (ErrorLogLevel.Debug, true),
            "TRACE" => (ErrorLogLevel.Trace, true),
            _ => (ErrorLogLevel.Info, false),
        };
        return known;
    }

    /// <summary>As on the command line, in Envoy's words: <c>trace debug info warning error critical off</c>.</summary>
    public static bool TryParseCeiling(string text, out ErrorLogLevel ceiling)
    {
        (ceiling, bool known) = text switch
        {
            "trace" => (ErrorLogLevel.Trace, true),
            "debug" => (ErrorLogLevel.Debug, true),
            "info" => (ErrorLogLevel.Info, true),
            "warning" => (ErrorLogLevel.Warn, true),
            "error" => (ErrorLogLevel.Error, true),
            "critical" => (ErrorLogLevel.Fatal, true),
            "off" => (ErrorLogLevel.Off, true),
            _ => (ErrorLogLevel.Trace, false),
        };
        return known;
    }

    /// <summary>Upper case, as lines and the admin API show it.</summary>
    public static string ToText(this ErrorLogLevel level) => level switch
    {
        ErrorLogLevel.Off => "OFF",
        ErrorLogLevel.Fatal => "FATAL",
        ErrorLogLevel.Error => "ERROR",
        ErrorLogLevel.Warn => "WARN",
        ErrorLogLevel.Info => "INFO",
        ErrorLogLevel.Debug => "DEBUG",
        _ => "TRACE",
    };

    /// <summary>The level of a message that was logged through <see cref="ILogger"/>.</summary>
    public static ErrorLogLevel FromLogLevel(LogLevel level) => level switch
    {
        LogLevel.Trace => ErrorLogLevel.Trace,
        LogLevel.Debug => ErrorLogLevel.Debug,
        LogLevel.Information => ErrorLogLevel.Info,
        LogLevel.Warning => ErrorLogLevel.Warn,
        LogLevel.Error => ErrorLogLevel.Error,
        _ => ErrorLogLevel.Fatal,
    };
}
