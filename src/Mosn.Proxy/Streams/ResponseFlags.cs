namespace Mosn.Proxy.Streams;

/// <summary>What was unusual about a response: MOSN's flags with MOSN's values, shown by access logs.</summary>
[Flags]
public enum ResponseFlags
{
    None = 0,
    NoHealthyUpstream = 0x2,
    UpstreamRequestTimeout = 0x4,
    UpstreamLocalReset = 0x8,
    UpstreamRemoteReset = 0x10,
    UpstreamConnectionFailure = 0x20,
    UpstreamConnectionTermination = 0x40,
    UpstreamOverflow = 0x80,
    NoRouteFound = 0x100,
    DelayInjected = 0x200,
    FaultInjected = 0x400,
    RateLimited = 0x800,
    RequestEntityTooLarge = 0x1000,
    DownStreamTerminate = 0x2000,

    /// <summary>The flags with which a request counts as failed.</summary>
    Failed = NoHealthyUpstream | NoRouteFound | UpstreamLocalReset | FaultInjected | RateLimited
        | DownStreamTerminate | RequestEntityTooLarge,
}
