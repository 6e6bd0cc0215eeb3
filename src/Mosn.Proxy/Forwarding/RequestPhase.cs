namespace Mosn.Proxy.Forwarding;

/// <summary>When a request filter runs. Names and order are MOSN's.</summary>
public enum RequestPhase : byte
{
    /// <summary>Before the route is looked for.</summary>
    BeforeRoute,

    /// <summary>The route, or that there is none, is known.</summary>
    AfterRoute,

    /// <summary>The host is known, and nothing was sent to it.</summary>
    AfterChooseHost,
}
