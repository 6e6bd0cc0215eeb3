using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>The routes of some domains. Immutable.</summary>
internal sealed class VirtualHost
{
    /// <summary>So many rules are asked one by one about as fast as an index finds the right one.</summary>
    private const int RulesWithoutIndex = 8;

    private readonly RouteRule[] _rules;
    private readonly Route[] _routes;
    private readonly RuleIndex? _index;

    /// <param name="rules">Each says what the route of the same index takes.</param>
    public VirtualHost(string name, RouteRule[] rules, Route[] routes)
    {
        Check.That(rules.Length == routes.Length);
        Name = name;
        _rules = rules;
        _routes = routes;
        _index = rules.Length > RulesWithoutIndex ? new RuleIndex(rules) : null;
    }

    public string Name { get; }

    /// <summary>The first route that takes the request; null: none does.</summary>
    /// <param name="path">The request's path, normalised.</param>
    public Route? Match(StreamContext stream, ReadOnlySpan<byte> path)
    {
        if (_index is not null)
        {
            int found = _index.Find(stream, path);
            return found < 0 ? null : _routes[found];
        }
        int rule = 0;
        return MatchNext(stream, path, ref rule);
    }

    /// <summary>The first route that takes the request among those from a rule on; null: none does.</summary>
    /// <param name="rule">From where to look, 0 for the first; behind what was found, afterwards.</param>
    /// <inheritdoc cref="Match"/>
    public Route? MatchNext(StreamContext stream, ReadOnlySpan<byte> path, ref int rule)
    {
        while (rule < _rules.Length)
        {
            int candidate = rule++;
            if (_rules[candidate].Takes(stream, path))
            {
                return _routes[candidate];
            }
        }
        return null;
    }
}
