namespace Mosn.Proxy.Routing;

/// <summary>The route handlers that this binary knows, by the names that configurations use.</summary>
internal sealed class RouteHandlerRegistry
{
    /// <summary>The name that an empty one stands for.</summary>
    public const string Default = "default";

    private readonly Dictionary<string, IRouteHandler> _byName = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Adds a handler. Its name is new: a duplicate is a bug in the composition.</summary>
    public RouteHandlerRegistry Add(string name, IRouteHandler handler)
    {
        _byName.Add(name, handler);
        return this;
    }

    /// <summary>Null if this binary does not know it.</summary>
    /// <param name="name">Empty: the default.</param>
    public IRouteHandler? Find(string name) => _byName.GetValueOrDefault(name.Length == 0 ? Default : name);
}
