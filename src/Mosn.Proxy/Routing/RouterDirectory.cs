using System.Text;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>
/// All router configurations by name (MOSN: the router manager). Belongs to the control side, any thread of it; loops
/// hold a <see cref="RouterRef"/>.
/// </summary>
/// <remarks>
/// Every change compiles first and publishes then, or says what is wrong and changes nothing. A request that runs keeps the
/// table it began with. A change within one virtual host compiles that virtual host only.
/// </remarks>
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

    /// <summary>The reference of that name if somebody asked for it or gave it a configuration; else null.</summary>
    public RouterRef? Find(string name)
    {
        lock (_lock)
        {
            return _routers.GetValueOrDefault(name);
        }
    }

    /// <summary>The configurations there are now, sorted by name.</summary>
    public IReadOnlyList<RouterConfig> Configs()
    {
        lock (_lock)
        {
            return
            [
                .. _routers.Values.Select(static router => router.Config).OfType<RouterConfig>()
                    .OrderBy(static config => config.Name, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>What <see cref="AddOrUpdate"/> would find wrong with a configuration. Changes nothing.</summary>
    public IReadOnlyList<string> Check(RouterConfig config)
    {
        List<string> problems = [];
        lock (_lock)
        {
            compiler.Compile(config, problems);
        }
        return problems;
    }

    /// <summary>
    /// Takes over a whole configuration, or refuses it as a whole: then what was there before stays. One that is refused
    /// when there is none before is kept for dumps, and its requests get a 404, as in MOSN.
    /// </summary>
    /// <returns>What is wrong with it; empty: it holds from now on.</returns>
    public IReadOnlyList<string> AddOrUpdate(RouterConfig config)
    {
        List<string> problems = [];
        lock (_lock)
        {
            RouterRef router = GetLocked(config.Name);
            RouteTable? table = compiler.Compile(config, problems);
            if (table is not null || router.Current is null)
            {
                router.Publish(config, table);
            }
        }
        return problems;
    }

    /// <summary>Takes a configuration away; its requests get a 404 from then on.</summary>
    public void Remove(string name)
    {
        lock (_lock)
        {
            GetLocked(name).Publish(config: null, table: null);
        }
    }

    /// <summary>Adds a route behind all others of a virtual host.</summary>
    /// <param name="domain">A host as a request names it, or a domain of the configuration; empty: the default one.</param>
    /// <returns>What is wrong; empty: the route holds from now on.</returns>
    public IReadOnlyList<string> AddRoute(string router, string domain, RouteConfig route) =>
        Change(router, domain, (routes, problems) =>
        {
            RefuseDuplicate(route, routes, except: -1, problems);
            return [.. routes, route];
        });

    /// <summary>Puts a route in the place of another.</summary>
    /// <inheritdoc cref="AddRoute"/>
    public IReadOnlyList<string> ReplaceRoute(string router, string domain, RouteSelector which, RouteConfig route) =>
        ChangeOne(router, domain, which, (routes, index, problems) =>
        {
            RefuseDuplicate(route, routes, index, problems);
            return [.. routes.Take(index), route, .. routes.Skip(index + 1)];
        });

    /// <summary>Takes one route away.</summary>
    /// <returns>What is wrong; empty: no new request gets the route from now on.</returns>
    /// <inheritdoc cref="AddRoute"/>
    public IReadOnlyList<string> RemoveRoute(string router, string domain, RouteSelector which) =>
        ChangeOne(router, domain, which, static (routes, index, _) => [.. routes.Take(index), .. routes.Skip(index + 1)]);

    /// <summary>Takes all routes of a virtual host away.</summary>
    /// <inheritdoc cref="RemoveRoute"/>
    public IReadOnlyList<string> RemoveAllRoutes(string router, string domain) =>
        Change(router, domain, static (_, _) => []);

    private static void RefuseDuplicate(
        RouteConfig route, IReadOnlyList<RouteConfig> routes, int except, List<string> problems)
    {
        int same = RouteSelector.Named(route.Name).FindIn(routes);
        if (same >= 0 && same != except)
        {
            problems.Add($"there is a route '{route.Name}' already");
        }
    }

    private IReadOnlyList<string> ChangeOne(
        string router,
        string domain,
        RouteSelector which,
        Func<IReadOnlyList<RouteConfig>, int, List<string>, RouteConfig[]> change) =>
        Change(router, domain, (routes, problems) =>
        {
            int index = which.FindIn(routes);
            if (index >= 0)
            {
                return change(routes, index, problems);
            }
            problems.Add($"there is no {which}");
            return [];
        });

    private List<string> Change(
        string name, string domain, Func<IReadOnlyList<RouteConfig>, List<string>, RouteConfig[]> change)
    {
        List<string> problems = [];
        lock (_lock)
        {
            if (!_routers.TryGetValue(name, out RouterRef? router) || router.Current is not { } table)
            {
                return [$"there is no router configuration '{name}' in force"];
            }
            int index = table.FindHost(Encoding.UTF8.GetBytes(domain));
            if (index < 0)
            {
                return [$"router '{name}' has no virtual host for the domain '{domain}'"];
            }
            VirtualHostConfig old = table.Config.VirtualHosts[index];
            VirtualHostConfig host = old with { Routes = change(old.Routes, problems) };
            RouterConfig config = table.Config with { VirtualHosts = Replace(table.Config.VirtualHosts, index, host) };
            if (problems.Count == 0 && compiler.CompileHost(config, host, problems) is { } compiled)
            {
                router.Publish(config, table.With(config, index, compiled));
            }
        }
        return problems;
    }

    private static VirtualHostConfig[] Replace(IReadOnlyList<VirtualHostConfig> hosts, int index, VirtualHostConfig host)
    {
        VirtualHostConfig[] replaced = [.. hosts];
        replaced[index] = host;
        return replaced;
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
