using System.Text;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Server;

/// <summary>Changes of single routers, routes, clusters and hosts, as the admin API asks for them.</summary>
internal sealed partial class ConfigApplier : IConfigUpdates
{
    /// <summary>For the names of all hosts of one update.</summary>
    private const long NamesTimeoutMs = 10_000;

    private const int HostsNamedMax = 8;

    public ConfigLoadOptions ReadOptions { get; } = runtime.Extensions.ReadOptions with { ReadsDirectories = false };

    public Task<ConfigChange> PutRouterAsync(RouterConfig router) => ChangeAsync(() =>
    {
        // Before it is published: one that has no predecessor would be kept, and answer with 404.
        IReadOnlyList<string> problems = runtime.Routers.Check(router);
        if (problems.Count > 0)
        {
            return ConfigChange.Refused(problems);
        }
        bool isNew = runtime.Routers.Find(router.Name)?.Config is null;
        runtime.Routers.AddOrUpdate(router);
        return ConfigChange.Done($"router '{router.Name}' {(isNew ? "added" : "replaced")}");
    });

    public Task<ConfigChange> RemoveRouterAsync(string name) => ChangeAsync(() =>
    {
        if (runtime.Routers.Find(name)?.Config is null)
        {
            return ConfigChange.NotFound($"there is no router '{name}'");
        }
        runtime.Routers.Remove(name);
        return ConfigChange.Done($"router '{name}' removed");
    });

    public Task<ConfigChange> AddRouteAsync(RoutePlace place, RouteConfig route) => ChangeRoutesAsync(
        place, which: null,
        $"{(route.Name.Length > 0 ? RouteSelector.Named(route.Name).ToString() : "a route")} added at the end",
        () => runtime.Routers.AddRoute(place.Router, place.Domain, route));

    public Task<ConfigChange> ReplaceRouteAsync(RoutePlace place, RouteSelector which, RouteConfig route) => ChangeRoutesAsync(
        place, which, $"{which} replaced",
        () => runtime.Routers.ReplaceRoute(place.Router, place.Domain, which, route));

    public Task<ConfigChange> RemoveRouteAsync(RoutePlace place, RouteSelector which) => ChangeRoutesAsync(
        place, which, $"{which} removed",
        () => runtime.Routers.RemoveRoute(place.Router, place.Domain, which));

    public Task<ConfigChange> RemoveAllRoutesAsync(RoutePlace place) => ChangeRoutesAsync(
        place, which: null, "all routes removed",
        () => runtime.Routers.RemoveAllRoutes(place.Router, place.Domain));

    public Task<ConfigChange> PutClusterAsync(ClusterConfig cluster) => ChangeAsync(async () =>
    {
        HostNames names = await ResolveAsync(cluster);
        if (names.Unresolved.Count > 0)
        {
            return Unresolved(names);
        }
        bool isNew = runtime.Clusters.Find(cluster.Name) is null;
        _marks.Check([cluster]);
        runtime.Clusters.AddOrUpdate(cluster, names);
        if (cluster is { Type: ClusterType.Dynamic or ClusterType.Eds, Hosts.Count: > 0 })
        {
            runtime.Clusters.UpdateHosts(cluster.Name, cluster.Hosts, names); // Else those of an earlier update would stay.
        }
        if (cluster.ResolvesNames)
        {
            await runtime.Names.FirstAnswersAsync(FirstAnswersMs); // Then routes can be led here.
        }
        return ConfigChange.Done($"cluster '{cluster.Name}' {(isNew ? "added" : "replaced")}");
    });

    public Task<ConfigChange> RemoveClusterAsync(string name) => ChangeAsync(() => runtime.Clusters.Remove(name)
        ? ConfigChange.Done($"cluster '{name}' removed")
        : NoCluster(name));

    public Task<ConfigChange> ReplaceHostsAsync(string cluster, IReadOnlyList<HostConfig> hosts) =>
        ChangeHostsAsync(cluster, hosts, hosts.Count, "are the hosts now", runtime.Clusters.UpdateHosts);

    public Task<ConfigChange> AddHostsAsync(string cluster, IReadOnlyList<HostConfig> hosts) =>
        ChangeHostsAsync(cluster, hosts, hostCount: 0, "added", runtime.Clusters.AppendHosts);

    public Task<ConfigChange> RemoveHostsAsync(string cluster, IReadOnlySet<NetworkAddress> addresses) => ChangeAsync(() =>
    {
        if (runtime.Clusters.Find(cluster)?.Current is not { } found)
        {
            return NoCluster(cluster);
        }
        if (WhyHostsStay(found.Current.Config, hostCount: 0) is { } reason)
        {
            return ConfigChange.Refused([reason]);
        }
        HashSet<NetworkAddress> missing = [.. addresses];
        missing.ExceptWith(AddressesOf(found.Current));
        if (missing.Count > 0)
        {
            return ConfigChange.NotFound($"cluster '{cluster}' has no host {List(missing)}");
        }
        runtime.Clusters.RemoveHosts(cluster, addresses);
        return ConfigChange.Done($"cluster '{cluster}': {List(addresses)} removed");
    });

    private static IEnumerable<NetworkAddress> AddressesOf(ClusterSnapshot cluster) => cluster.Config.ResolvesNames
        ? cluster.Config.Hosts.Select(static host => host.Address).OfType<NetworkAddress>()
        : cluster.Hosts.All.ToArray().Select(static host => host.Configured);

    /// <param name="hostCount">How many hosts there would be; 0 if there would be others than one.</param>
    /// <returns>Why the hosts of such a cluster cannot be changed so; null: they can.</returns>
    private static string? WhyHostsStay(ClusterConfig cluster, int hostCount)
    {
        if (cluster.Balancer == LoadBalancerType.OriginalDst || cluster.Type == ClusterType.OriginalDst)
        {
            return $"the hosts of cluster '{cluster.Name}' are where its clients mean to go";
        }
        return cluster.Type == ClusterType.LogicalDns && hostCount != 1
            ? $"cluster '{cluster.Name}' is a LOGICAL_DNS cluster, which has one host: PUT another one"
            : null;
    }

    private static ConfigChange NoCluster(string name) => ConfigChange.NotFound($"there is no cluster '{name}'");

    private static ConfigChange Unresolved(HostNames names) =>
        ConfigChange.Refused(names.Unresolved.Select(static name => $"no address for the host name '{name}'"));

    private static string List(IEnumerable<NetworkAddress> addresses)
    {
        string[] all = [.. addresses.Select(static address => address.ToString()).Order(StringComparer.Ordinal)];
        string named = string.Join(", ", all.Take(HostsNamedMax));
        return all.Length switch
        {
            0 => "no hosts",
            <= HostsNamedMax => named,
            _ => $"{named} and {all.Length - HostsNamedMax} more",
        };
    }

    private Task<ConfigChange> ChangeRoutesAsync(
        RoutePlace place, RouteSelector? which, string what, Func<IReadOnlyList<string>> change) => ChangeAsync(() =>
    {
        if (runtime.Routers.Find(place.Router)?.Current is not { } table)
        {
            return ConfigChange.NotFound($"there is no router '{place.Router}' in force");
        }
        int index = table.FindHost(Encoding.UTF8.GetBytes(place.Domain));
        if (index < 0)
        {
            return ConfigChange.NotFound($"router '{place.Router}' has no virtual host for the domain '{place.Domain}'");
        }
        VirtualHostConfig host = table.Config.VirtualHosts[index];
        string where = $"router '{place.Router}', virtual host '{host.Name}'";
        if (which is { } one && one.FindIn(host.Routes) < 0)
        {
            return ConfigChange.NotFound($"{where}: there is no {one}");
        }
        IReadOnlyList<string> problems = change();
        return problems.Count > 0 ? ConfigChange.Refused(problems) : ConfigChange.Done($"{where}: {what}");
    });

    private Task<ConfigChange> ChangeHostsAsync(
        string name, IReadOnlyList<HostConfig> hosts, int hostCount, string what,
        Func<string, IReadOnlyList<HostConfig>, HostNames, string?> change) => ChangeAsync(async () =>
    {
        if (runtime.Clusters.Find(name)?.Current is not { } cluster)
        {
            return NoCluster(name);
        }
        ClusterConfig config = cluster.Current.Config;
        if (WhyHostsStay(config, hostCount) is { } reason)
        {
            return ConfigChange.Refused([reason]);
        }
        HostNames names = await ResolveAsync(config with { Hosts = hosts });
        if (names.Unresolved.Count > 0)
        {
            return Unresolved(names);
        }
        Check.That(change(name, hosts, names) is null); // Changes are made one after the other: it is still there.
        string list = List(hosts.Select(static host => host.Address).OfType<NetworkAddress>());
        return ConfigChange.Done($"cluster '{name}': {list} {what}");
    });

    /// <exception cref="OperationCanceledException">It took too long.</exception>
    private async Task<HostNames> ResolveAsync(ClusterConfig cluster)
    {
        using CancellationTokenSource tooLate = new();
        Task<HostNames> names = HostNames.ResolveAsync([cluster], resolver, tooLate.Token);
        if (names.IsCompleted)
        {
            return await names; // There were none, mostly.
        }
        ControlTimer timeout = new(runtime.Names.Loop, tooLate.Cancel);
        timeout.Start(NamesTimeoutMs);
        try
        {
            return await names;
        }
        finally
        {
            await timeout.StopAsync();
        }
    }

    private Task<ConfigChange> ChangeAsync(Func<ConfigChange> change) => ChangeAsync(() => Task.FromResult(change()));

    private async Task<ConfigChange> ChangeAsync(Func<Task<ConfigChange>> change)
    {
        await _turn.WaitAsync();
        try
        {
            return await change();
        }
        catch (FormatException e)
        {
            return ConfigChange.Refused([$"settings of a stream filter: {e.Message}"]);
        }
        catch (OperationCanceledException)
        {
            return ConfigChange.Refused([$"the names of the hosts were not resolved within {NamesTimeoutMs / 1000} s"]);
        }
        finally
        {
            _turn.Release();
        }
    }
}
