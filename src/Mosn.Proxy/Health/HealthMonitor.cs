using System.Collections.Concurrent;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// Watches the hosts of all clusters whose configuration asks for it: active checks, and outlier detection. Each cluster has
/// a home loop on which that happens; health belongs to one host of one cluster, whoever else has the same address.
/// </summary>
internal sealed class HealthMonitor : IClusterWatcher
{
    private readonly HealthServices _services;
    private readonly SharedMetrics _checkMetrics;
    private readonly SharedMetrics _outlierMetrics;
    private readonly LoopLocal<CheckQuota> _quotas;
    private readonly ConcurrentDictionary<Cluster, Watched> _clusters = [];
    private readonly ConcurrentDictionary<Cluster, FaultToleranceFilterConfig> _regulated = [];
    private long _clusterCount;
    private volatile bool _isStopped;

    public HealthMonitor(HealthServices services)
    {
        _services = services;
        _checkMetrics = new SharedMetrics(services.Registry, CheckMetrics.Schema, "service");
        _outlierMetrics = new SharedMetrics(services.Registry, OutlierMetrics.Schema, "cluster");
        _quotas = new LoopLocal<CheckQuota>(services.Loops.Count, static _ => new CheckQuota());
    }

    /// <summary>Clusters that have checks or outlier detection.</summary>
    public int ClusterCount => _clusters.Count;

    public void OnAdded(Cluster cluster) => Apply(cluster);

    public void OnUpdated(Cluster cluster, ClusterSnapshot previous) => Apply(cluster);

    /// <summary>
    /// Watches a cluster by the rules of a fault_tolerance filter, until the cluster goes. Of several filters for one cluster
    /// the first counts. Any thread; done in the background.
    /// </summary>
    /// <param name="find">The cluster; null: there is none now.</param>
    public void Regulate(Func<Cluster?> find, FaultToleranceFilterConfig config) => _services.Background(() =>
    {
        if (find() is { } cluster && _regulated.TryAdd(cluster, config) && !cluster.Revisit(this))
        {
            _regulated.TryRemove(cluster, out _);
        }
    });

    public void OnRemoved(Cluster cluster)
    {
        _regulated.TryRemove(cluster, out _);
        if (_clusters.TryRemove(cluster, out Watched? watched))
        {
            SetChecks(cluster, watched, settings: null);
            SetOutliers(cluster, watched, settings: null);
        }
    }

    /// <summary>Ends everything. Completes when all loops have done so; the hosts count as healthy then.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        foreach (Watched watched in _clusters.Values)
        {
            watched.Checks?.Stop();
            watched.Outliers?.Stop();
        }
        foreach (EventLoop loop in _services.Loops)
        {
            await loop.RunAsync(static () => { }); // Behind what was posted above.
        }
    }

    // A cluster's changes come one at a time, so what belongs to it needs no lock.
    private void Apply(Cluster cluster)
    {
        CheckSettings? checks = CheckSettings.Of(cluster.Current);
        OutlierSettings? outliers = OutlierSettings.Of(
            cluster.Current.Config,
            _regulated.TryGetValue(cluster, out FaultToleranceFilterConfig? regulated) ? new FaultToleranceRule(regulated) : null);
        bool isWatched = _clusters.TryGetValue(cluster, out Watched? watched);
        if (_isStopped || (!isWatched && checks is null && outliers is null))
        {
            return;
        }
        if (!isWatched)
        {
            watched = Watch(cluster);
        }
        SetChecks(cluster, watched!, checks);
        SetOutliers(cluster, watched!, outliers);
    }

    private Watched Watch(Cluster cluster)
    {
        long number = Interlocked.Increment(ref _clusterCount);
        EventLoop home = _services.Loops[(int)(number % _services.Loops.Count)];
        Watched watched = new(home, new HealthUpdates(cluster, _services.Background), _services.Seed + (ulong)number);
        _clusters[cluster] = watched;
        return watched;
    }

    private void SetChecks(Cluster cluster, Watched watched, CheckSettings? settings)
    {
        ClusterChecks? old = watched.Checks;
        if (settings is null)
        {
            watched.Checks = null;
            old?.Stop();
        }
        else
        {
            watched.Checks ??= new ClusterChecks(
                cluster, watched.Home, settings, watched.Updates, _checkMetrics, _quotas, _services, watched.Seed);
            watched.Checks.Apply(settings);
        }
        Observe(cluster, ref watched.ChecksObserve, settings?.PassiveFailures > 0 ? watched.Checks : null);
    }

    private void SetOutliers(Cluster cluster, Watched watched, OutlierSettings? settings)
    {
        OutlierDetector? old = watched.Outliers;
        if (settings is null)
        {
            watched.Outliers = null;
            old?.Stop();
        }
        else
        {
            watched.Outliers ??= new OutlierDetector(
                cluster, watched.Home, settings, watched.Updates, _outlierMetrics, _services, watched.Seed);
            watched.Outliers.Apply(settings);
        }
        Observe(cluster, ref watched.OutliersObserve, watched.Outliers);
    }

    private static void Observe(Cluster cluster, ref ITryObserver? current, ITryObserver? wanted)
    {
        if (current == wanted)
        {
            return;
        }
        if (current is not null)
        {
            cluster.RemoveObserver(current);
        }
        if (wanted is not null)
        {
            cluster.AddObserver(wanted);
        }
        current = wanted;
    }

    private sealed class Watched(EventLoop home, HealthUpdates updates, ulong seed)
    {
        public ITryObserver? ChecksObserve;
        public ITryObserver? OutliersObserve;

        public EventLoop Home => home;

        public HealthUpdates Updates => updates;

        public ulong Seed => seed;

        public ClusterChecks? Checks { get; set; }

        public OutlierDetector? Outliers { get; set; }
    }
}
