using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Finds the first rule that takes a request without asking all of them: by the whole path, by what the path begins with,
/// by the value of a header. What fits none of these is asked in order, as far as it comes before what was found.
/// Immutable.
/// </summary>
internal sealed class RuleIndex
{
    private readonly RouteRule[] _rules;
    private readonly BytesTable _paths = new(BytesComparer.AnyCase);
    private readonly PrefixTree _prefixes = new();
    private readonly HeaderTable[] _headers;
    private readonly int[] _others;

    public RuleIndex(RouteRule[] rules)
    {
        _rules = rules;
        List<int> others = [];
        List<HeaderTable> headers = [];
        foreach ((int i, RouteRule rule) in rules.Index())
        {
            if (rule.Match == PathMatch.Prefix)
            {
                _prefixes.Add(rule.Text, i);
            }
            else if (rule is { Match: PathMatch.Exact, IsWide: false })
            {
                _paths.Add(rule.Text, i);
            }
            else if (rule is { Match: PathMatch.None, Conditions: [HeaderCondition { OnlyValue: { } value } header, ..] })
            {
                TableOf(headers, header.Name).Rules.Add(value, i);
            }
            else
            {
                others.Add(i);
            }
        }
        _headers = [.. headers];
        _others = [.. others];
    }

    /// <summary>The number of the rule; -1: none takes the request.</summary>
    /// <param name="path">The request's path, normalised; empty if it has none.</param>
    public int Find(StreamContext stream, ReadOnlySpan<byte> path)
    {
        int best = First(_paths.Find(path), stream, _rules.Length);
        best = FirstByPrefix(stream, path, best);
        foreach (HeaderTable table in _headers)
        {
            if (stream.Request.TryGetHeader(table.Name, out ReadOnlySpan<byte> value))
            {
                best = First(table.Rules.Find(value), stream, best);
            }
        }
        foreach (int i in _others)
        {
            if (i >= best)
            {
                break;
            }
            if (_rules[i].Takes(stream, path))
            {
                return i;
            }
        }
        return best < _rules.Length ? best : -1;
    }

    private static HeaderTable TableOf(List<HeaderTable> tables, byte[] name)
    {
        if (tables.Find(table => table.Name.AsSpan().SequenceEqual(name)) is not { } known)
        {
            known = new HeaderTable(name, new BytesTable(BytesComparer.Exact));
            tables.Add(known);
        }
        return known;
    }

    private int FirstByPrefix(StreamContext stream, ReadOnlySpan<byte> path, int best)
    {
        PrefixTree.Node node = _prefixes.Root;
        while (!path.IsEmpty && node.FindChild(path[0]) is { } child
            && child.LeastRule < best && path.StartsWith(child.Label))
        {
            best = First(child.Rules, stream, best);
            path = path[child.Label.Length..];
            node = child;
        }
        return best;
    }

    /// <summary>The first of some rules whose path is right already and whose conditions hold, if it comes before the best.</summary>
    private int First(ReadOnlySpan<int> rules, StreamContext stream, int best)
    {
        foreach (int i in rules)
        {
            if (i >= best)
            {
                break;
            }
            if (_rules[i].HoldsFor(stream))
            {
                return i;
            }
        }
        return best;
    }

    private sealed record HeaderTable(byte[] Name, BytesTable Rules);
}
