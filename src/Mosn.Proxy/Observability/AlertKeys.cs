namespace Mosn.Proxy.Observability;

/// <summary>
/// MOSN's names of what deserves an alarm: monitoring looks for them in brackets behind <c>[ERROR]</c>.
/// </summary>
/// <remarks>Pass them with <see cref="ErrorLoggers.Alert"/>.</remarks>
internal static class AlertKeys
{
    public const string AdminFailed = "mosn.admin.admin_failed";
    public const string ConfigParseError = "mosn.common.config_parse_error";
    public const string ConfigDumpFailed = "mosn.common.config_dump_failed";
    public const string ReconfigureFailed = "mosn.common.reconfigure_failed";
    public const string TlsFallback = "mosn.common.tls_fallback";
    public const string SdsFailed = "mosn.common.sds_failed";
    public const string TlsReadError = "mosn.common.tls_read_error";
    public const string RouteMatchFailed = "mosn.proxy.route_match_failed";
    public const string ClusterGetFailed = "mosn.proxy.cluster_get_failed";
    public const string UpstreamConnFailed = "mosn.proxy.upstream_conn_failed";
    public const string CodecError = "mosn.proxy.codec_error";
    public const string HeartbeatUnknown = "mosn.proxy.heartbeat_unknown";
    public const string Panic = "mosn.proxy.panic";
    public const string ListenerStart = "listener.start";
    public const string ProxyAuto = "proxy.auto";
    public const string SdsUpdate = "sds.update";
}
