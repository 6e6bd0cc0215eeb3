using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>A router configuration's name, held by whoever routes by it: the same object for good.</summary>
internal sealed class RouterRef(string name)
{
    private readonly Published<RouteTable?> _current = new(null);
    private volatile RouterConfig? _config;

    public string Name { get; } = name;

    /// <summary>Null while there is no such configuration, or none that was sound: every request then gets a 404.</summary>
    public RouteTable? Current => _current.Current;

    /// <summary>
    /// What <see cref="Current"/> was compiled from; before any was sound, the one that was given; null: there is none.
    /// </summary>
    public RouterConfig? Config => _config;

    internal void Publish(RouterConfig? config, RouteTable? table)
    {
        _config = config;
        _current.Publish(table);
    }
}
