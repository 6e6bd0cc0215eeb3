namespace Mosn.Proxy.Observability;

/// <summary>What the number of a metric means, and so how it is exported.</summary>
public enum MetricKind
{
    /// <summary>The index exists in the enum that a schema shares with another one, and means nothing here.</summary>
    Unused,

    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down, as the number of open connections does.</summary>
    Gauge,

    /// <summary>A distribution; see <see cref="MetricHistogram"/>.</summary>
    Histogram,
}
