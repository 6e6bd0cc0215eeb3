namespace Mosn.Proxy.Upstream;

/// <summary>Chooses hosts. One object serves all loops of a cluster and outlives changes of its hosts.</summary>
internal interface ILoadBalancer
{
    /// <summary>Who learns from every try on the balancer's behalf: the balancer itself, or one that it wraps.</summary>
    ITryObserver? Observer => this as ITryObserver;

    /// <summary>
    /// What the balancer computes from a host set before the set is used, e.g. a table; it comes back as
    /// <see cref="HostSet.Prepared"/>. Control side, before the set is published; may take milliseconds.
    /// </summary>
    /// <param name="hosts">The new set, never an empty one.</param>
    /// <param name="previous">
    /// The set that it replaces, so that what is the same need not be computed again. Another balancer may have prepared it.
    /// </param>
    object? Prepare(HostSet hosts, HostSet? previous) => null;

    /// <summary>
    /// One of <see cref="HostSet.Usable"/> for one try, or null when there is none for this request. Runs on an event
    /// loop: does not wait, lock or allocate, but for the loop's first call with a set.
    /// </summary>
    /// <param name="hosts">A set that <see cref="Prepare"/> saw, or an empty one.</param>
    Host? Pick(HostSet hosts, in PickContext context);
}
