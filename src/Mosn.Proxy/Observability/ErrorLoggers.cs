using Microsoft.Extensions.Logging;

namespace Mosn.Proxy.Observability;

/// <summary>What our loggers can do beyond the framework's.</summary>
internal static class ErrorLoggers
{
    /// <summary>Logs an error that monitoring waits for under this key; see <see cref="AlertKeys"/>.</summary>
    public static void Alert(this ILogger logger, string alertKey, string text) =>
        logger.Log(LogLevel.Error, new EventId(0, alertKey), text, exception: null, static (message, _) => message);
}
