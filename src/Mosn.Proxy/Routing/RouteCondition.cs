using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// What a request must be like besides its path. Immutable. Asked on the request's loop, in any order and any number of
/// times; allocates nothing.
/// </summary>
internal abstract class RouteCondition
{
    public abstract bool Holds(StreamContext stream);
}
