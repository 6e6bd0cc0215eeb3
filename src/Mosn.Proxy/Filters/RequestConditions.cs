using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;

namespace Mosn.Proxy.Filters;

/// <summary>Conditions on a request's headers that must all hold, as those of a route.</summary>
internal static class RequestConditions
{
    /// <param name="headers">Valid: the configuration's check has refused what does not compile.</param>
    public static HeaderCondition[] Compile(IReadOnlyList<HeaderMatcherConfig> headers) =>
        [.. headers.Select(Compile)];

    public static bool AllHold(HeaderCondition[] conditions, RequestHead request)
    {
        foreach (HeaderCondition condition in conditions)
        {
            if (!condition.Holds(request))
            {
                return false;
            }
        }
        return true;
    }

    private static HeaderCondition Compile(HeaderMatcherConfig header)
    {
        byte[] name = header.Name == "method" ? [] : Encoding.UTF8.GetBytes(header.Name.ToLowerInvariant());
        BytePattern? pattern = null;
        bool compiles = !header.Regex || BytePattern.TryCompile(header.Value, out pattern, out _);
        Check.That(compiles);
        return new HeaderCondition(name, Encoding.UTF8.GetBytes(header.Value), pattern);
    }
}
