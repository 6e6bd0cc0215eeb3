using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>Conditions on a request's headers that must all hold, as those of a route.</summary>
internal static class RequestConditions
{
    /// <param name="headers">Valid: the configuration's check has refused what does not compile.</param>
    public static RouteCondition[] Compile(IReadOnlyList<HeaderMatcherConfig> headers) =>
        RouteRuleCompiler.CompileHeaders(headers, "", []);

    public static bool AllHold(RouteCondition[] conditions, StreamContext stream)
    {
        foreach (RouteCondition condition in conditions)
        {
            if (!condition.Holds(stream))
            {
                return false;
            }
        }
        return true;
    }
}
