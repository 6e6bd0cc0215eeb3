using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// One address of a cluster at run time. Outlives every reload that keeps its address, and with it its counters and
/// connections. Costs little until it is used: statistics and pools are made by the first request.
/// </summary>
internal sealed class Host
{
    private static readonly HostConfig s_noConfig = new();

    private readonly NetworkAddress _configured;
    private string? _addressText;
    private MetricGroup? _metrics;
    private LoopPool?[]? _pools;
    private object? _watch;
    private bool _isRetired;

    /// <param name="address">Where to connect to: <paramref name="configured"/>, or what its name resolved to.</param>
    public Host(Cluster cluster, in NetworkAddress configured, in TransportAddress address)
    {
        Cluster = cluster;
        Address = address;
        _configured = configured;
    }

    public Cluster Cluster { get; }

    public TransportAddress Address { get; }

    /// <summary>The address as configured, which names the host in logs and statistics.</summary>
    public string AddressText => _addressText ??= _configured.ToString();

    /// <summary>Null if the configuration gives none. A reload may change it.</summary>
    public string? HostName { get; private set; }

    /// <summary>1 to 128. A reload may change it.</summary>
    public int Weight { get; private set; } = 1;

    /// <summary>Labels that subsets choose by. A reload may change them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = ConfigDefaults.NoStrings;

    /// <summary>The zone that the host is in: as configured, else its label <c>zone</c>; empty if neither is there.</summary>
    public string Zone { get; private set; } = "";

    /// <summary>Takes effect with the next host set that is made of this host: see <see cref="Cluster.SetHealth"/>.</summary>
    public HostHealth Health { get; set; }

    /// <summary>
    /// When the host came or came back to others that were there, in milliseconds of the loops' clock; null if it was there
    /// from the start. Slow start counts from it.
    /// </summary>
    public long? UsableSinceMs { get; internal set; }

    /// <summary>What the cluster's balancer learned about this host; it goes with the host. Control side.</summary>
    public object? Learned { get; internal set; }

    /// <summary>Requests that are with the host now, over all loops. Any thread; others may count meanwhile.</summary>
    public long ActiveRequests => Volatile.Read(ref _metrics)?.Read(UpstreamMetric.RequestActive) ?? 0;

    /// <summary>Connections to the host now, over all loops. Any thread; others may count meanwhile.</summary>
    public long ActiveConnections => Volatile.Read(ref _metrics)?.Read(UpstreamMetric.ConnectionActive) ?? 0;

    /// <summary>Labels <c>cluster</c> and <c>host</c>. Any thread.</summary>
    public MetricGroup Metrics => Volatile.Read(ref _metrics) ?? MakeMetrics();

    internal NetworkAddress Configured => _configured;

    /// <summary>What those who watch the host's health keep with it; null: nothing. Any thread.</summary>
    internal object? Watch => Volatile.Read(ref _watch);

    /// <summary>What it was made or updated from.</summary>
    internal HostConfig Config { get; private set; } = s_noConfig;

    /// <summary>
    /// The loop's connections to this host in one protocol, for requests of one priority; made by the first call. Null:
    /// nobody speaks that protocol to hosts. On the loop's thread.
    /// </summary>
    public IConnectionPool? PoolOn(
        EventLoop loop, StreamProtocol protocol, RoutingPriority priority = RoutingPriority.Default) =>
        Volatile.Read(ref _pools) is { } pools
        && Find(Volatile.Read(ref pools[IndexOf(loop, priority)]), protocol) is { } pool
            ? pool
            : MakePool(loop, protocol, priority);

    /// <summary>Sets <see cref="Watch"/> for good, unless another thread was first. Returns what it is now.</summary>
    internal object SetWatch(object made) => Interlocked.CompareExchange(ref _watch, made, null) ?? made;

    /// <summary>Takes over what a configuration says besides the address. Control side.</summary>
    internal void Update(HostConfig config)
    {
        Config = config;
        HostName = config.HostName.Length == 0 ? null : config.HostName;
        Weight = Math.Clamp(config.Weight, 1, 128);
        Metadata = config.Metadata;
        Zone = config.Zone.Length > 0 ? config.Zone : config.Metadata.GetValueOrDefault("zone", "");
    }

    /// <summary>
    /// Closes every connection, busy ones when their exchange is over. The next request opens new ones, with the settings
    /// that the cluster has then. Control side.
    /// </summary>
    internal void RenewPools()
    {
        lock (Cluster.Gate)
        {
            for (int i = 0; i < (_pools?.Length ?? 0); i++)
            {
                LoopPool? first = _pools![i];
                Volatile.Write(ref _pools[i], null);
                for (LoopPool? pool = first; pool is not null; pool = pool.Next)
                {
                    pool.Loop.Post(static pool => ((IConnectionPool)pool!).Close(), pool.Pool);
                }
            }
        }
    }

    /// <summary>
    /// The host left its cluster. Requests that still hold it work, on connections that are not kept. Control side.
    /// </summary>
    internal void Retire()
    {
        lock (Cluster.Gate)
        {
            EndStatistics();
            RenewPools();
        }
    }

    /// <summary>
    /// Another host is to have the same name, and with it statistics of its own; <see cref="Retire"/> follows once this one
    /// cannot be chosen any more. Control side.
    /// </summary>
    internal void EndStatistics()
    {
        lock (Cluster.Gate)
        {
            _isRetired = true;
            if (_metrics is not null)
            {
                Cluster.Registry.Remove(_metrics);
            }
        }
    }

    private MetricGroup MakeMetrics()
    {
        lock (Cluster.Gate)
        {
            if (_metrics is null)
            {
                (string, string)[] labels = [("cluster", Cluster.Name), ("host", AddressText)];
                MetricGroup made = _isRetired
                    ? new MetricGroup(UpstreamMetrics.Host, labels, Cluster.Registry.LoopCount, discard: null)
                    : Cluster.Registry.GetOrAdd(UpstreamMetrics.Host, labels);
                if (!made.IsExported && Cluster.BalancesByLoad)
                {
                    // Left out of the statistics, but the balancer must know what the host has to do.
                    Cluster.Registry.Remove(made);
                    made = new MetricGroup(UpstreamMetrics.Host, labels, Cluster.Registry.LoopCount, discard: null)
                    {
                        IsPrivate = true,
                    };
                }
                Volatile.Write(ref _metrics, made);
            }
            return _metrics;
        }
    }

    private static int IndexOf(EventLoop loop, RoutingPriority priority) =>
        (loop.Index * ClusterBudgets.PriorityCount) + (int)priority;

    private static IConnectionPool? Find(LoopPool? first, StreamProtocol protocol)
    {
        for (LoopPool? made = first; made is not null; made = made.Next)
        {
            if (made.Protocol == protocol)
            {
                return made.Pool;
            }
        }
        return null;
    }

    private IConnectionPool? MakePool(EventLoop loop, StreamProtocol protocol, RoutingPriority priority)
    {
        lock (Cluster.Gate)
        {
            IConnectionPool? pool = Cluster.MakePool(loop, this, protocol, priority);
            if (pool is null)
            {
                return null;
            }
            if (_isRetired)
            {
                pool.Close(); // And not kept: its connections end with their exchange.
                return pool;
            }
            LoopPool?[]? pools = _pools;
            if (pools is null)
            {
                pools = new LoopPool?[Cluster.Registry.LoopCount * ClusterBudgets.PriorityCount];
                Volatile.Write(ref _pools, pools);
            }
            ref LoopPool? first = ref pools[IndexOf(loop, priority)];
            Volatile.Write(ref first, new LoopPool(loop, protocol, pool, first));
            return pool;
        }
    }

    /// <param name="Next">The same loop's pool in another protocol; hosts that are asked in two are rare.</param>
    private sealed record LoopPool(EventLoop Loop, StreamProtocol Protocol, IConnectionPool Pool, LoopPool? Next);
}
