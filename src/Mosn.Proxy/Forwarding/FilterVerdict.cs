namespace Mosn.Proxy.Forwarding;

/// <summary>What a stream filter wants to happen next.</summary>
public enum FilterVerdict : byte
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>The filter has said what to answer, see <see cref="FilterContext.Reply"/>: no upstream is asked.</summary>
    Reply,

    /// <summary>
    /// The filter changed what routing looks at: match again. Honoured after the route, a bounded number of times; the
    /// filters after the route run again from the first.
    /// </summary>
    Reroute,

    /// <summary>Another host, please. Honoured after the host is chosen, a bounded number of times.</summary>
    Rechoose,

    /// <summary>End the stream without an answer.</summary>
    Terminate,
}
