using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Server;

/// <summary>From the configuration of access logs to open outputs and compiled formats.</summary>
internal static class AccessLogs
{
    /// <summary>MOSN's line when the configuration gives none.</summary>
    private const string DefaultFormat =
        "%start_time% %trace_id%  %connection_id% %upstream_connection_id% %request_received_duration% "
        + "%response_received_duration% %bytes_sent% %bytes_received% %protocol% %response_code% %duration% "
        + "%response_flag% %response_code% %upstream_local_address% %downstream_local_address% "
        + "%downstream_remote_address% %upstream_host%";

    /// <summary>Of requests.</summary>
    /// <exception cref="StartException">An output cannot be opened.</exception>
    public static StreamAccessLog[] ForStreams(
        IReadOnlyList<AccessLogConfig> configs, string listener, ProxyRuntime runtime) =>
        [.. configs.Select(config => new StreamAccessLog(
            Open(config, listener, runtime),
            Compile<StreamContext>(config, listener, StreamVariables.Find, runtime)))];

    /// <summary>Of relayed connections.</summary>
    /// <exception cref="StartException">An output cannot be opened.</exception>
    public static IReadOnlyList<TcpAccessLog> ForConnections(
        IReadOnlyList<AccessLogConfig> configs, string listener, ProxyRuntime runtime) =>
        [.. configs.Select(config => new TcpAccessLog(
            Open(config, listener, runtime),
            Compile<TcpSession>(config, listener, TcpVariables.Find, runtime)))];

    private static AccessLogSink Open(AccessLogConfig config, string listener, ProxyRuntime runtime)
    {
        string path = config.Path.Length > 0
            ? config.Path
            : Path.Combine(runtime.DefaultLogDirectory, $"{listener.Replace('/', '_')}_access.log");
        return runtime.Logs.TryOpenAccessLog(path, out AccessLogSink? sink, out string? problem)
            ? sink
            : throw new StartException($"listener '{listener}': {problem}");
    }

    private static AccessLogFormat<TContext> Compile<TContext>(
        AccessLogConfig config,
        string listener,
        Func<string, VariableWriter<TContext>?> resolve,
        ProxyRuntime runtime)
    {
        string format = config.Format.Length > 0 ? config.Format : DefaultFormat;
        if (!AccessLogFormat<TContext>.TryCompile(
            format, resolve, out AccessLogFormat<TContext>? compiled, out string? problem))
        {
            throw new StartException($"listener '{listener}': access log format: {problem}");
        }
        // The default format names what only some protocols have; that is no mistake of the user's.
        if (config.Format.Length > 0 && compiled.UnknownVariables.Count > 0)
        {
            runtime.Log.LogWarning(
                "listener '{Listener}': access log format: no variable {Names}: a dash is printed",
                listener,
                string.Join(", ", compiled.UnknownVariables));
        }
        return compiled;
    }
}
