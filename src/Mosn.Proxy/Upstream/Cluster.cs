using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// A named group of hosts. Keeps its identity, counters and balancer over updates; what an update replaces is in
/// <see cref="Current"/>. Loops read, the <see cref="ClusterDirectory"/> alone writes.
/// </summary>
internal sealed class Cluster
{
    private const int ConnectTimeoutMsDefault = 10_000;
    private const int IdleTimeoutMsDefault = 60_000;
    private const uint RequestsPerConnectionDefault = 1024;
    private const int BufferLimitDefault = 16 * 1024;
    private const int BufferLimitMin = 1024;

    private readonly Published<ClusterSnapshot> _current;
    private readonly Func<EventLoop, Host, IConnectionPool> _makePool;
    private readonly ulong _seed;
    private MetricGroup? _metrics;
    private bool _isRetired;

    internal Cluster(
        ClusterConfig config,
        HostNames names,
        MetricRegistry registry,
        Func<EventLoop, Host, IConnectionPool> makePool,
        ulong seed)
    {
        Name = config.Name;
        Registry = registry;
        _makePool = makePool;
        _seed = seed;
        _current = new Published<ClusterSnapshot>(new ClusterSnapshot(
            config,
            SettingsOf(config),
            MakeHosts(config, names, []),
            LoadBalancers.Create(config.LbType, registry.LoopCount, seed)));
    }

    public string Name { get; }

    /// <summary>Settings and hosts now: a request takes them once, so that they do not change under it.</summary>
    public ClusterSnapshot Current => _current.Current;

    /// <summary>Label <c>cluster</c>; made by the first use. Any thread.</summary>
    public MetricGroup Metrics => Volatile.Read(ref _metrics) ?? MakeMetrics();

    public PoolSettings PoolSettings => Current.PoolSettings;

    /// <summary>Healthy or not.</summary>
    public int HostCount => Current.Hosts.All.Length;

    internal MetricRegistry Registry { get; }

    /// <summary>Held while statistics and pools are made or ended; never on the way of an ordinary request.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>A host for one try, or null when none is healthy. On the loop of that index.</summary>
    public Host? PickHost(int loopIndex, StreamContext? stream = null)
    {
        ClusterSnapshot current = Current;
        return current.Balancer.Pick(current.Hosts, new PickContext(loopIndex, stream));
    }

    internal IConnectionPool MakePool(EventLoop loop, Host host) => _makePool(loop, host);

    /// <summary>Hosts whose address stays are kept, with their counters and connections.</summary>
    internal void Update(ClusterConfig config, HostNames names)
    {
        ClusterSnapshot old = Current;
        Dictionary<NetworkAddress, Host> left = new(old.Hosts.All.Length);
        foreach (Host host in old.Hosts.All)
        {
            left.Add(host.Configured, host);
        }
        PoolSettings settings = SettingsOf(config);
        ILoadBalancer balancer = config.LbType == old.Config.LbType
            ? old.Balancer
            : LoadBalancers.Create(config.LbType, Registry.LoopCount, _seed);
        HostSet hosts = MakeHosts(config, names, left);

        // Before the new hosts can be used: one of them may have the same name, and so the same statistics.
        foreach (Host gone in left.Values)
        {
            gone.Retire();
        }
        _current.Publish(new ClusterSnapshot(config, settings, hosts, balancer));
        if (settings != old.PoolSettings)
        {
            foreach (Host host in hosts.All)
            {
                host.RenewPools();
            }
        }
    }

    /// <summary>The cluster is gone. Requests that still hold it work on.</summary>
    internal void Retire()
    {
        foreach (Host host in Current.Hosts.All)
        {
            host.Retire();
        }
        lock (Gate)
        {
            _isRetired = true;
            if (_metrics is not null)
            {
                Registry.Remove(_metrics);
            }
        }
    }

    private static PoolSettings SettingsOf(ClusterConfig config)
    {
        int buffer = config.ConnBufferLimitBytes == 0
            ? BufferLimitDefault
            : (int)Math.Clamp(config.ConnBufferLimitBytes, BufferLimitMin, int.MaxValue / 8);
        return new PoolSettings
        {
            ConnectionOptions = new()
            {
                ConnectTimeoutMs = config.ConnectTimeout > TimeSpan.Zero
                    ? Milliseconds(config.ConnectTimeout)
                    : ConnectTimeoutMsDefault,
                IdleTimeoutMs = config.IdleTimeout > TimeSpan.Zero ? Milliseconds(config.IdleTimeout) : IdleTimeoutMsDefault,
                InputLimit = buffer,
                OutputHighWatermark = 4 * buffer,
                OutputLowWatermark = buffer,
            },
            ConnectOptions = new ConnectOptions(config.Mark),
            RequestsPerConnectionMax =
                config.MaxRequestPerConn == 0 ? RequestsPerConnectionDefault : config.MaxRequestPerConn,
        };
    }

    // Rounded up: a time that was asked for must not become "never".
    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalMilliseconds));

    private static TransportAddress? Resolve(in NetworkAddress address, HostNames names)
    {
        if (address.Kind == NetworkAddressKind.Unix)
        {
            return TransportAddress.Unix(address.Host);
        }
        return (address.Ip ?? names.Find(address.Host)) is { } ip ? TransportAddress.From(ip, address.Port) : null;
    }

    /// <summary>The first of several entries with the same address counts, as in MOSN.</summary>
    /// <param name="left">Hosts that are there; those that stay are taken out.</param>
    private HostSet MakeHosts(ClusterConfig config, HostNames names, Dictionary<NetworkAddress, Host> left)
    {
        HashSet<NetworkAddress> seen = new(config.Hosts.Count);
        List<Host> hosts = new(config.Hosts.Count);
        foreach (HostConfig entry in config.Hosts)
        {
            if (entry.Address is not { } configured || !seen.Add(configured)
                || Resolve(configured, names) is not { } address)
            {
                continue;
            }
            if (left.TryGetValue(configured, out Host? host) && host.Address == address)
            {
                left.Remove(configured);
            }
            else
            {
                host = new Host(this, configured, address);
            }
            host.Update(entry);
            hosts.Add(host);
        }
        return hosts.Count == 0 ? HostSet.Empty : new HostSet([.. hosts]);
    }

    private MetricGroup MakeMetrics()
    {
        lock (Gate)
        {
            if (_metrics is null)
            {
                (string, string)[] labels = [("cluster", Name)];
                MetricGroup made = _isRetired
                    ? new MetricGroup(UpstreamMetrics.Cluster, labels, Registry.LoopCount, discard: null)
                    : Registry.GetOrAdd(UpstreamMetrics.Cluster, labels);
                Volatile.Write(ref _metrics, made);
            }
            return _metrics;
        }
    }
}
