namespace Mosn.Proxy.Observability;

/// <summary>Index into <see cref="SelfMetrics.Schema"/>: what the proxy has to say about itself.</summary>
public enum SelfMetric
{
    /// <summary>Failed <c>Check</c>s and unexpected exceptions that the loop boundary caught.</summary>
    BugsTotal,

    /// <summary>Access log lines that found their ring full.</summary>
    AccessLogDroppedTotal,

    /// <summary>Error log lines that found the queue full.</summary>
    ErrorLogDroppedTotal,

    /// <summary>Writes to a log output that the operating system refused; their lines are lost.</summary>
    LogWriteFailedTotal,

    /// <summary>Accepts that the system refused: out of descriptors or memory.</summary>
    AcceptErrorsTotal,

    /// <summary>Clusters that were applied without the mark they ask for: the process lacks the capability.</summary>
    ClustersUnmarkedTotal,

    /// <summary>Connections that were reset at once because a connection limit was reached.</summary>
    ConnectionsShedTotal,

    /// <summary>Requests that were answered with an error because they were not valid messages.</summary>
    RequestsRejectedTotal,

    /// <summary>Connections that were closed because they spoke no protocol of their listener.</summary>
    ConnectionsUnknownTotal,

    /// <summary>Tunnels that were opened: WebSockets, other upgrades, CONNECT.</summary>
    TunnelsTotal,

    /// <summary>Tunnels open now.</summary>
    TunnelsActive,

    /// <summary>Copies of requests that were not sent whole or got no answer.</summary>
    MirrorsLostTotal,

    /// <summary>
    /// HTTP/2: connections that reset too many requests (CVE-2023-44487). The others follow in the order of
    /// <c>Http2Abuse</c>.
    /// </summary>
    Http2RapidResetTotal,

    /// <summary>HTTP/2: connections that made us reset too many streams (CVE-2025-8671).</summary>
    Http2ProvokedResetTotal,

    /// <summary>HTTP/2: connections with too many SETTINGS.</summary>
    Http2SettingsFloodTotal,

    /// <summary>HTTP/2: connections with too many PINGs.</summary>
    Http2PingFloodTotal,

    /// <summary>HTTP/2: connections with too many frames without content.</summary>
    Http2EmptyFrameFloodTotal,

    /// <summary>HTTP/2: connections with too many PRIORITY or unknown frames.</summary>
    Http2PriorityFloodTotal,

    /// <summary>HTTP/2: connections with too many WINDOW_UPDATEs.</summary>
    Http2WindowUpdateFloodTotal,

    /// <summary>HTTP/2: connections with a field block that did not end (CVE-2024-27316).</summary>
    Http2ContinuationFloodTotal,

    /// <summary>HTTP/2: connections with a field block that stood for far too much.</summary>
    Http2HeaderBombTotal,

    /// <summary>HTTP/2: connections that asked for answers and did not read them.</summary>
    Http2OutputFloodTotal,

    /// <summary>HTTP/2: streams whose client kept the window shut.</summary>
    Http2WindowStallTotal,

    /// <summary>HTTP/2: streams and connections that sent too slowly.</summary>
    Http2SlowStreamTotal,
}
