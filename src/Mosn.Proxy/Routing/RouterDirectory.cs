using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>
/// All router configurations by name (MOSN: the router manager). Belongs to the control side, any thread of it; loops
/// hold a <see cref="RouterRef"/>.
/// </summary>
internal sealed class RouterDirectory(RouteCompiler compiler)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RouterRef> _routers = new(StringComparer.Ordinal);

    /// <summary>The reference of that name, whether there is such a configuration or not.</summary>
    public RouterRef Get(string name)
    {
        lock (_lock)
        {
            return GetLocked(name);
        }
    }

    /// <summary>
    /// Compiles and publishes a configuration, or refuses it as a whole: then what was there before stays.
    /// </summary>
    /// <returns>What is wrong with it; empty: it holds from now on.</returns>
    public IReadOnlyList<string> Apply(RouterConfig config)
    {
        List<string> problems = [];
        RouteTable? table = compiler.Compile(config, problems);
        if (table is not null)
        {
            lock (_lock)
            {
                GetLocked(config.Name).Publish(table);
            }
        }
        return problems;
    }

    /// <summary>Takes a configuration away; its requests get a 404 from then on.</summary>
    public void Remove(string name)
    {
        lock (_lock)
        {
            GetLocked(name).Publish(null);
        }
    }

    private RouterRef GetLocked(string name)
    {
        if (!_routers.TryGetValue(name, out RouterRef? router))
        {
            router = new RouterRef(name);
            _routers.Add(name, router);
        }
        return router;
    }
}
