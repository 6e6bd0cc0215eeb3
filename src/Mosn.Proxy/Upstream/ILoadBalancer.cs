namespace Mosn.Proxy.Upstream;

/// <summary>Chooses hosts. One object serves all loops of a cluster and outlives changes of its hosts.</summary>
internal interface ILoadBalancer
{
    /// <summary>
    /// A host for one try, or null when none is healthy. Runs on an event loop: does not wait, lock or allocate, but for
    /// the loop's first call.
    /// </summary>
    Host? Pick(HostSet hosts, in PickContext context);
}
