using System.Globalization;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>Names one route of a virtual host, for a change to it alone.</summary>
internal readonly record struct RouteSelector
{
    private readonly string? _name;
    private readonly int _index;

    private RouteSelector(string? name, int index)
    {
        _name = name;
        _index = index;
    }

    /// <summary>The route whose configuration has this <c>name</c>.</summary>
    public static RouteSelector Named(string name) => new(name, 0);

    /// <param name="index">In the order of the configuration, from 0.</param>
    public static RouteSelector At(int index) => new(null, index);

    public override string ToString() =>
        _name is null ? string.Create(CultureInfo.InvariantCulture, $"route {_index}") : $"route '{_name}'";

    /// <summary>The index of the route; -1: there is none.</summary>
    internal int FindIn(IReadOnlyList<RouteConfig> routes)
    {
        if (_name is null)
        {
            return _index >= 0 && _index < routes.Count ? _index : -1;
        }
        for (int i = 0; i < routes.Count; i++)
        {
            if (_name.Length > 0 && routes[i].Name == _name)
            {
                return i;
            }
        }
        return -1;
    }
}
