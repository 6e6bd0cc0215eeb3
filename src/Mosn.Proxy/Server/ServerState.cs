namespace Mosn.Proxy.Server;

/// <summary>
/// Where the process stands in its life. The numbers are MOSN's: operators read them in <c>/api/v1/states</c> and in
/// the metric <c>mosn_state_code</c>, so they never change.
/// </summary>
public enum ServerState
{
    /// <summary>Nothing has begun; the only time at which start hooks can be added.</summary>
    Nil = 0,

    ParamsParsed = 1,
    Initing = 2,
    PreStart = 3,

    /// <summary>The parts start, in order: from here on ports may be open.</summary>
    Starting = 4,

    AfterStart = 5,
    Running = 6,
    BeforeStop = 7,

    /// <summary>No new work is taken; what is in hand is finished, for at most the drain time.</summary>
    GracefulStopping = 8,

    /// <summary>The parts stop, in reverse order.</summary>
    Stopping = 9,

    AfterStop = 10,
    Stopped = 11,

    /// <summary>The old process of a hot upgrade, waiting for the new one to call.</summary>
    StartingNewServer = 12,

    /// <summary>The old process of a hot upgrade, handing over.</summary>
    Upgrading = 13,
}
