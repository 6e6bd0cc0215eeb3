namespace Mosn.Proxy.Streams;

/// <summary>Index into <see cref="FrameMetrics.Schema"/>.</summary>
internal enum FrameMetric
{
    /// <summary>Calls of clients that want an answer.</summary>
    RequestTotal,

    /// <summary>Calls of clients that want none.</summary>
    OneWayTotal,

    /// <summary>Answers that were made here.</summary>
    LocalReplyTotal,

    /// <summary>Frames that are broken, and bytes that are no frame, of clients.</summary>
    RequestBrokenTotal,

    /// <summary>Frames of clients that are larger than allowed.</summary>
    RequestTooLargeTotal,

    /// <summary>Answers of hosts.</summary>
    ResponseTotal,

    /// <summary>Answers of hosts that nobody waited for any more.</summary>
    ResponseLateTotal,

    /// <summary>Bytes that are no frame, or too large a one, of hosts; each ended a connection.</summary>
    ResponseBrokenTotal,

    /// <summary>Heartbeats of clients and hosts.</summary>
    HeartbeatReceivedTotal,

    /// <summary>Heartbeats to hosts.</summary>
    HeartbeatSentTotal,

    /// <summary>Heartbeats to hosts that got no answer in time.</summary>
    HeartbeatMissedTotal,

    /// <summary>Hosts that said that they take no more calls.</summary>
    GoAwayReceivedTotal,

    /// <summary>Clients that were told so.</summary>
    GoAwaySentTotal,

    /// <summary>Answers of hosts that are no success, whatever the protocol calls it.</summary>
    ResponseFailedTotal,
}
