namespace Mosn.Proxy.Observability;

/// <summary>MOSN's levels: a log prints a message if the log's level is the message's or a larger one.</summary>
internal enum ErrorLogLevel
{
    /// <summary>Prints nothing; what <c>--log-level off</c> asks for.</summary>
    Off = -1,
    Fatal = 0,
    Error = 1,
    Warn = 2,
    Info = 3,
    Debug = 4,
    Trace = 5,
}
