using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>What the request's method must be. Immutable.</summary>
internal sealed class MethodCondition(TextMatch match, bool isInverted) : RouteCondition
{
    public override bool Holds(StreamContext stream) => match.Takes(stream.Request.Method) != isInverted;
}
