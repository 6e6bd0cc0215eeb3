namespace Mosn.Proxy.Routing;

/// <summary>A router configuration's name, held by whoever routes by it: the same object for good.</summary>
internal sealed class RouterRef(string name)
{
    private readonly Published<RouteTable?> _current = new(null);

    public string Name { get; } = name;

    /// <summary>Null while there is no such configuration, or none that was sound: every request then gets a 404.</summary>
    public RouteTable? Current => _current.Current;

    internal void Publish(RouteTable? table) => _current.Publish(table);
}
