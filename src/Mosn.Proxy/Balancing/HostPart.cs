using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>Makes the parts of a host set that a balancer within another one chooses from.</summary>
/// <param name="inner">The balancer that will choose.</param>
/// <param name="keeps">
/// True if <paramref name="inner"/> prepared the parts of the previous set, too, so that those in which nothing changed can
/// be taken over as they are.
/// </param>
internal readonly struct HostPart(ILoadBalancer inner, bool keeps)
{
    /// <summary>A part, prepared; the previous one itself if it is the same.</summary>
    public HostSet Make(HostSet part, HostSet? previous)
    {
        if (previous is not null && keeps && part.IsSame(previous))
        {
            return previous;
        }
        part.Prepared = part.All.IsEmpty ? null : inner.Prepare(part, previous);
        return part;
    }
}
