namespace Mosn.Proxy.Config;

/// <summary>Which bounds of a cluster a route's requests are counted against.</summary>
public enum RoutingPriority : byte
{
    Default,

    /// <summary>Bounds of their own, so that what matters goes on when the rest is refused.</summary>
    High,
}
