namespace Mosn.Proxy.Routing;

/// <summary>What becomes of a request that a route takes.</summary>
internal enum RouteKind : byte
{
    /// <summary>It goes to a host of a cluster.</summary>
    Forward,

    /// <summary>The client is sent elsewhere.</summary>
    Redirect,

    /// <summary>It is answered at once.</summary>
    DirectResponse,
}
