using System.Collections.Concurrent;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// All clusters by name (MOSN: the cluster manager). Belongs to the control side, any thread of it; loops hold a
/// <see cref="ClusterRef"/>. A change costs what it changes.
/// </summary>
internal sealed class ClusterDirectory
{
    private const int RefsBeforePrune = 1024;

    private readonly Lock _lock = new();
    private readonly ClusterServices _services;

    // Changed under the lock only; loops look names up without it.
    private readonly ConcurrentDictionary<string, ClusterRef> _clusters = new(StringComparer.Ordinal);

    // Names that somebody asked for and that have no cluster. Weak, or routes that come and go would fill it.
    private readonly Dictionary<string, WeakReference<ClusterRef>> _missing = new(StringComparer.Ordinal);
    private int _pruneAt = RefsBeforePrune;
    private SplitMix64 _seeds;

    public ClusterDirectory(ClusterServices services)
    {
        _services = services;
        _seeds = new SplitMix64(services.Seed);
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _clusters.Count;
            }
        }
    }

    /// <summary>The zone of this process, for clusters that are made or changed from now on; empty if nobody said.</summary>
    public string LocalZone
    {
        set => _services.LocalZone.Publish(value);
    }

    /// <summary>The reference of that name, whether there is such a cluster or not.</summary>
    public ClusterRef Get(string name)
    {
        lock (_lock)
        {
            return _clusters.TryGetValue(name, out ClusterRef? existing) ? existing : MissingRef(name);
        }
    }

    /// <summary>
    /// The reference of a cluster that there is now; null: there is none. Any thread, loops included: it does not wait.
    /// </summary>
    public ClusterRef? Find(string name) => _clusters.GetValueOrDefault(name);

    /// <summary>The clusters there are now, in no order.</summary>
    public IReadOnlyList<Cluster> Snapshot()
    {
        lock (_lock)
        {
            return [.. _clusters.Values.Select(static entry => entry.Current!)];
        }
    }

    /// <summary>The configurations that hold now, with the hosts that an API has given, sorted by name.</summary>
    public IReadOnlyList<ClusterConfig> Configs()
    {
        lock (_lock)
        {
            return [.. Snapshot().OrderBy(static cluster => cluster.Name, StringComparer.Ordinal).Select(ConfigOf)];
        }
    }

    /// <summary>
    /// Makes these the clusters: adds, updates and removes. A configuration that is the object of last time is not looked
    /// at again. Of two with the same name the later counts, as in MOSN.
    /// </summary>
    /// <param name="names">What names of hosts resolved to; a host whose name is not in there is left out.</param>
    public void Apply(IReadOnlyList<ClusterConfig> clusters, HostNames? names = null)
    {
        lock (_lock)
        {
            Keep(clusters);
            AddOrUpdate(clusters, names);
        }
    }

    /// <summary>Adds and updates; the clusters that are not among these stay until <see cref="Keep"/>.</summary>
    /// <inheritdoc cref="Apply"/>
    public void AddOrUpdate(IReadOnlyList<ClusterConfig> clusters, HostNames? names = null)
    {
        lock (_lock)
        {
            Dictionary<string, ClusterConfig> wanted = new(clusters.Count, StringComparer.Ordinal);
            foreach (ClusterConfig cluster in clusters)
            {
                wanted[cluster.Name] = cluster;
            }
            foreach (ClusterConfig cluster in wanted.Values)
            {
                AddOrUpdateLocked(cluster, names ?? HostNames.None);
            }
        }
    }

    /// <summary>Removes the clusters whose names are not among these.</summary>
    public void Keep(IReadOnlyList<ClusterConfig> clusters)
    {
        lock (_lock)
        {
            HashSet<string> wanted = new(clusters.Select(static cluster => cluster.Name), StringComparer.Ordinal);
            foreach (string gone in _clusters.Keys.Where(name => !wanted.Contains(name)).ToArray())
            {
                RemoveLocked(gone);
            }
        }
    }

    /// <summary>Adds or updates one cluster.</summary>
    /// <inheritdoc cref="Apply"/>
    public void AddOrUpdate(ClusterConfig cluster, HostNames? names = null)
    {
        lock (_lock)
        {
            AddOrUpdateLocked(cluster, names ?? HostNames.None);
        }
    }

    /// <summary>Makes these the hosts of a cluster: what an API says, not the configuration (MOSN: UpdateClusterHosts).</summary>
    /// <inheritdoc cref="Apply" path="/param[@name='names']"/>
    /// <returns>What is wrong, in MOSN's words; null if nothing is.</returns>
    public string? UpdateHosts(string cluster, IReadOnlyList<HostConfig> hosts, HostNames? names = null) =>
        Change(cluster, hosts, static _ => false, names);

    /// <summary>Adds hosts in front of those that are there; of two with one address the new one counts.</summary>
    /// <inheritdoc cref="UpdateHosts"/>
    public string? AppendHosts(string cluster, IReadOnlyList<HostConfig> hosts, HostNames? names = null) =>
        Change(cluster, hosts, static _ => true, names);

    /// <summary>Removes the hosts with these addresses, as far as they are there.</summary>
    /// <inheritdoc cref="UpdateHosts" path="/returns"/>
    public string? RemoveHosts(string cluster, IReadOnlySet<NetworkAddress> addresses) =>
        Change(cluster, [], address => !addresses.Contains(address), names: null);

    /// <summary>Removes one cluster and closes its connections; busy ones end with their exchange.</summary>
    /// <returns>False if there is none of that name.</returns>
    public bool Remove(string name)
    {
        lock (_lock)
        {
            return RemoveLocked(name);
        }
    }

    private void AddOrUpdateLocked(ClusterConfig config, HostNames names)
    {
        if (!_clusters.TryGetValue(config.Name, out ClusterRef? entry))
        {
            entry = MissingRef(config.Name);
            _missing.Remove(config.Name);
            _clusters[config.Name] = entry;
            entry.Current = new Cluster(config, HostEntry.Of(config, names), _services, _seeds.Next());
            return;
        }
        Cluster cluster = entry.Current!;
        bool isKnown = ReferenceEquals(cluster.Current.Config, config);
        if (!isKnown || (names.Count > 0 && !config.ResolvesNames))
        {
            cluster.Update(config, StaysAsFound(cluster, config) ? null : HostEntry.Of(config, names));
        }
    }

    /// <summary>True if the hosts come from somebody else than the configuration, who goes on to give them.</summary>
    private static bool StaysAsFound(Cluster cluster, ClusterConfig config) =>
        config.ResolvesNames
        || (cluster.HasGivenHosts && config.Type is ClusterType.Dynamic or ClusterType.Eds);

    private static ClusterConfig ConfigOf(Cluster cluster)
    {
        ClusterSnapshot current = cluster.Current;
        return cluster.HasGivenHosts && !current.Config.ResolvesNames
            ? current.Config with { Hosts = [.. current.Hosts.All.ToArray().Select(static host => host.Config)] }
            : current.Config;
    }

    /// <param name="added">They come first, and count before those that are there.</param>
    /// <param name="keeps">Which of those that are there stay.</param>
    private string? Change(
        string name, IReadOnlyList<HostConfig> added, Predicate<NetworkAddress> keeps, HostNames? names)
    {
        lock (_lock)
        {
            if (!_clusters.TryGetValue(name, out ClusterRef? entry))
            {
                return $"cluster {name} is not exists";
            }
            Cluster cluster = entry.Current!;
            ClusterConfig config = cluster.Current.Config;
            if (config.ResolvesNames)
            {
                // The names change; whoever resolves them finds the hosts.
                IEnumerable<HostConfig> kept = config.Hosts.Where(host => host.Address is { } address && keeps(address));
                HostConfig[] hosts = [.. added.Concat(kept).DistinctBy(static host => host.Address)];
                cluster.Update(config with { Hosts = hosts }, hosts: null);
                return null;
            }
            IEnumerable<HostEntry> present = cluster.Current.Hosts.All.ToArray()
                .Where(host => keeps(host.Configured))
                .Select(static host => new HostEntry(host.Config, host.Configured, host.Address));
            cluster.HasGivenHosts = true;
            cluster.SetHosts(
                [.. HostEntry.Of(added, names ?? HostNames.None).Concat(present).DistinctBy(static entry => entry.Named)]);
            return null;
        }
    }

    private bool RemoveLocked(string name)
    {
        if (!_clusters.TryRemove(name, out ClusterRef? entry))
        {
            return false;
        }
        Cluster cluster = entry.Current!;
        entry.Current = null;
        _missing[name] = new WeakReference<ClusterRef>(entry);
        Prune();
        cluster.Retire();
        return true;
    }

    private ClusterRef MissingRef(string name)
    {
        if (_missing.TryGetValue(name, out WeakReference<ClusterRef>? weak) && weak.TryGetTarget(out ClusterRef? known))
        {
            return known;
        }
        ClusterRef made = new(name);
        _missing[name] = new WeakReference<ClusterRef>(made);
        Prune();
        return made;
    }

    private void Prune()
    {
        if (_missing.Count < _pruneAt)
        {
            return;
        }
        foreach ((string name, WeakReference<ClusterRef> weak) in _missing)
        {
            if (!weak.TryGetTarget(out _))
            {
                _missing.Remove(name);
            }
        }
        _pruneAt = Math.Max(RefsBeforePrune, 2 * _missing.Count);
    }
}
