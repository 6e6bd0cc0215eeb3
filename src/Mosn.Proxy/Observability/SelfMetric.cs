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

    /// <summary>Copies of requests that were not sent whole or got no answer.</summary>
    MirrorsLostTotal,
}
