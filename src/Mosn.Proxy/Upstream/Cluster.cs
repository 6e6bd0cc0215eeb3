using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// A named group of hosts. Keeps its identity, counters and balancer over updates; what an update replaces is in
/// <see cref="Current"/>. Loops read; the control side writes, one change at a time.
/// </summary>
internal sealed class Cluster
{
    /// <summary>Picks until a host is found that this request was not sent to yet.</summary>
    private const int PicksMax = 8;

    private readonly Published<ClusterSnapshot> _current;
    private readonly ClusterServices _services;
    private readonly ulong _seed;

    /// <summary>Held while the snapshot is replaced.</summary>
    private readonly Lock _changing = new();
    private readonly List<ITryObserver> _observers = [];
    private readonly ClusterBudgets[] _budgets = [new(), new()];
    private MetricGroup? _metrics;

    /// <summary>Null as long as no pool has bound clients to hosts.</summary>
    private LoopLocal<ClientBindings>? _bindings;
    private bool _isRetired;

    internal Cluster(ClusterConfig config, IReadOnlyList<HostEntry> hosts, ClusterServices services, ulong seed)
    {
        Name = config.Name;
        _services = services;
        _seed = seed;
        UpdateBudgets(config);
        ILoadBalancer balancer = MakeBalancer(config);
        _current = new Published<ClusterSnapshot>(new ClusterSnapshot(
            config,
            PoolSettings.Of(config),
            ProtocolOf(config),
            Prepare(MakeHosts(config, hosts, []), null, balancer),
            balancer,
            balancer.Observer is { } observer ? [observer] : []));
        foreach (IClusterWatcher watcher in services.Watchers)
        {
            watcher.OnAdded(this);
        }
    }

    public string Name { get; }

    /// <summary>Settings and hosts now: a request takes them once, so that they do not change under it.</summary>
    public ClusterSnapshot Current => _current.Current;

    /// <summary>Label <c>cluster</c>; made by the first use. Any thread.</summary>
    public MetricGroup Metrics => Volatile.Read(ref _metrics) ?? MakeMetrics();

    public PoolSettings PoolSettings => Current.PoolSettings;

    /// <summary>True if the balancer asks for the hosts' active requests or connections.</summary>
    internal bool BalancesByLoad => Current.Config.LbType
        is LoadBalancerType.LeastRequest or LoadBalancerType.LeastConnection or LoadBalancerType.PeakEwma;

    /// <summary>True if what has the same hash gets the same host.</summary>
    internal bool BalancesByHash => Current.Config.Balancer is LoadBalancerType.Maglev or LoadBalancerType.RingHash;

    /// <summary>Healthy or not.</summary>
    public int HostCount => Current.Hosts.All.Length;

    internal MetricRegistry Registry => _services.Registry;

    /// <summary>True once an API has given the hosts. For the directory, under its lock.</summary>
    internal bool HasGivenHosts { get; set; }

    private long NowMs => _services.Time.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>Held while statistics and pools are made or ended; never on the way of an ordinary request.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>
    /// Bounds over all loops for requests of one priority (MOSN: circuit breakers, the resource manager). Updates change
    /// them in place.
    /// </summary>
    public ClusterBudgets BudgetsOf(RoutingPriority priority) => _budgets[(int)priority];

    /// <summary>
    /// A host for one try, or null when none can be used. On the loop of that index. A host that was tried before is
    /// given again only if the balancer finds no other.
    /// </summary>
    /// <param name="tried">Hosts that this request was sent to already.</param>
    public Host? PickHost(in PickContext context, ReadOnlySpan<Host> tried = default)
    {
        ClusterSnapshot current = Current;
        if (current.Hosts.IsPanicking)
        {
            Metrics.Add(context.LoopIndex, UpstreamMetric.LbHealthyPanic);
        }
        Host? host = current.Balancer.Pick(current.Hosts, context);
        for (int i = 1; i < PicksMax && host is not null && tried.Contains(host); i++)
        {
            host = current.Balancer.Pick(current.Hosts, context with { Attempt = context.Attempt + i });
        }
        return host;
    }

    /// <summary>
    /// The host that has all requests of a client's connection which go on in that protocol; null: any has the next one. On the
    /// loop's thread.
    /// </summary>
    public ClientBinding? BindingOf(EventLoop loop, Connection client, StreamProtocol protocol) =>
        Volatile.Read(ref _bindings)?.On(loop).Find(client, protocol);

    /// <summary>Which clients of a loop are bound to which hosts. On the loop's thread, under <see cref="Gate"/>.</summary>
    internal ClientBindings BindingsOn(EventLoop loop)
    {
        Check.That(Gate.IsHeldByCurrentThread);
        if (_bindings is null)
        {
            Volatile.Write(ref _bindings, new LoopLocal<ClientBindings>(Registry.LoopCount, static _ => new ClientBindings()));
        }
        return _bindings.On(loop);
    }

    /// <summary>Tells whoever learns from it how a try ended. On the request's loop.</summary>
    public void Observe(Host host, EventLoop loop, in TryOutcome outcome)
    {
        foreach (ITryObserver observer in Current.Observers)
        {
            observer.OnTry(host, loop, outcome);
        }
    }

    /// <summary>Null: nobody speaks that protocol to hosts.</summary>
    internal IConnectionPool? MakePool(EventLoop loop, Host host, StreamProtocol protocol, RoutingPriority priority) =>
        _services.Protocols.MakePool(loop, host, protocol, priority);

    /// <summary>
    /// Takes over another configuration. Hosts whose address stays are kept, with their counters and connections.
    /// </summary>
    /// <param name="hosts">Null: the hosts stay, because they do not come from the configuration.</param>
    internal void Update(ClusterConfig config, IReadOnlyList<HostEntry>? hosts)
    {
        lock (_changing)
        {
            ClusterSnapshot old = Current;
            PoolSettings settings = PoolSettings.Of(config);
            bool sameBalancer = config.Balancer == old.Config.Balancer && config.BalancerSettings == old.Config.BalancerSettings
                && config.SlowStart == old.Config.SlowStart && config.LbSubsetConfig == old.Config.LbSubsetConfig
                && config.OriginalDstLbConfig == old.Config.OriginalDstLbConfig;
            ILoadBalancer balancer = sameBalancer ? old.Balancer : MakeBalancer(config);
            UpdateBudgets(config);
            Publish(old with { Config = config, PoolSettings = settings, Protocol = ProtocolOf(config), Balancer = balancer }, hosts);
            if (settings != old.PoolSettings)
            {
                foreach (Host host in Current.Hosts.All)
                {
                    host.RenewPools();
                }
            }
            Tell(old);
        }
    }

    /// <summary>Replaces the hosts, which whoever discovers them gives. Control side, any thread.</summary>
    /// <param name="areResolved">They are what the names in the configuration stand for.</param>
    internal void SetHosts(IReadOnlyList<HostEntry> hosts, bool areResolved = false)
    {
        lock (_changing)
        {
            if (_isRetired || (areResolved && !Current.Config.ResolvesNames))
            {
                return; // Found for a cluster that went meanwhile, or has hosts of its own now.
            }
            ClusterSnapshot old = Current;
            Publish(old, hosts);
            Tell(old);
        }
    }

    /// <summary>
    /// Sets or clears one reason why hosts get no requests, for all of them in one change. Hosts that have left are passed
    /// over. Control side, any thread; watchers are not told.
    /// </summary>
    internal void SetHealth(ReadOnlySpan<Host> hosts, HostHealth reason, bool failed)
    {
        lock (_changing)
        {
            foreach (Host host in hosts)
            {
                HostHealth before = host.Health;
                host.Health = failed ? before | reason : before & ~reason;
                if (before != HostHealth.Healthy && host.Health == HostHealth.Healthy)
                {
                    host.UsableSinceMs = NowMs;
                }
            }
            ClusterSnapshot old = Current;
            HostSet set = MakeSet(old.Config, old.Hosts.All.ToArray());
            _current.Publish(old with { Hosts = Prepare(set, old.Hosts, old.Balancer) });
        }
    }

    /// <summary>Tells one watcher as if the cluster had changed: it has something new to apply. Control side.</summary>
    /// <returns>False if the cluster is gone.</returns>
    internal bool Revisit(IClusterWatcher watcher)
    {
        lock (_changing)
        {
            if (!_isRetired)
            {
                watcher.OnUpdated(this, Current);
            }
            return !_isRetired;
        }
    }

    /// <summary>Lets somebody hear of every try. Control side.</summary>
    internal void AddObserver(ITryObserver observer)
    {
        lock (_changing)
        {
            _observers.Add(observer);
            PublishObservers();
        }
    }

    /// <summary>Ends what <see cref="AddObserver"/> began. A call may still be under way on a loop.</summary>
    internal void RemoveObserver(ITryObserver observer)
    {
        lock (_changing)
        {
            _observers.Remove(observer);
            PublishObservers();
        }
    }

    /// <summary>The cluster is gone. Requests that still hold it work on.</summary>
    internal void Retire()
    {
        lock (_changing)
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
            foreach (IClusterWatcher watcher in _services.Watchers)
            {
                watcher.OnRemoved(this);
            }
        }
    }

    private static HostSet MakeSet(ClusterConfig config, Host[] hosts) =>
        hosts.Length == 0 ? HostSet.Empty : new HostSet(hosts, (int)config.PanicThreshold);

    private static HostSet Prepare(HostSet hosts, HostSet? previous, ILoadBalancer balancer)
    {
        if (hosts.All.Length > 0)
        {
            hosts.Prepared = balancer.Prepare(hosts, previous);
        }
        return hosts;
    }

    /// <summary>The first entry of a priority counts; MOSN looks at the first of all only.</summary>
    private void UpdateBudgets(ClusterConfig config)
    {
        foreach (RoutingPriority priority in (RoutingPriority[])[RoutingPriority.Default, RoutingPriority.High])
        {
            BudgetsOf(priority).Update(
                config.CircuitBreakers.FirstOrDefault(bounds => bounds.Priority == priority) ?? new CircuitBreakerConfig());
        }
    }

    private StreamProtocol? ProtocolOf(ClusterConfig config) =>
        config.Protocol.Length == 0 ? null : _services.Protocols.Named(config.Protocol);

    private ILoadBalancer MakeBalancer(ClusterConfig config) =>
        _services.Balancers.Create(new LoadBalancerSettings(
            config, Registry.LoopCount, _seed, () => Metrics, _services.LocalZone.Current) { Cluster = this });

    private ITryObserver[] Observers(ILoadBalancer balancer) =>
        balancer.Observer is { } observer ? [.. _observers, observer] : [.. _observers];

    private void PublishObservers() => _current.Publish(Current with { Observers = Observers(Current.Balancer) });

    /// <param name="hosts">Null: those of the old snapshot.</param>
    private void Publish(ClusterSnapshot next, IReadOnlyList<HostEntry>? hosts)
    {
        HostSet old = Current.Hosts;
        Dictionary<NetworkAddress, Host> left = [];
        HostSet set;
        if (hosts is null)
        {
            set = MakeSet(next.Config, old.All.ToArray());
        }
        else
        {
            left.EnsureCapacity(old.All.Length);
            foreach (Host host in old.All)
            {
                left.Add(host.Configured, host);
            }
            set = MakeHosts(next.Config, hosts, left);
        }

        // Before the new hosts can be used: one of them may have the same name, and so the same statistics.
        foreach (Host gone in left.Values)
        {
            gone.EndStatistics();
        }
        _current.Publish(next with
        {
            Hosts = Prepare(set, old, next.Balancer),
            Observers = Observers(next.Balancer),
        });
        foreach (Host gone in left.Values)
        {
            gone.Retire(); // Only now, so that who waits there for a connection finds the hosts that there are.
        }
    }

    private void Tell(ClusterSnapshot previous)
    {
        foreach (IClusterWatcher watcher in _services.Watchers)
        {
            watcher.OnUpdated(this, previous);
        }
    }

    /// <param name="left">Hosts that are there; those that stay are taken out.</param>
    private HostSet MakeHosts(
        ClusterConfig config, IReadOnlyList<HostEntry> entries, Dictionary<NetworkAddress, Host> left)
    {
        // The first hosts need no slow start: there are no others that could bear the load meanwhile.
        long? sinceMs = left.Count > 0 ? NowMs : null;
        Host[] hosts = new Host[entries.Count];
        for (int i = 0; i < hosts.Length; i++)
        {
            HostEntry entry = entries[i];
            if (left.TryGetValue(entry.Named, out Host? host) && host.Address == entry.Address)
            {
                left.Remove(entry.Named);
            }
            else
            {
                host = new Host(this, entry.Named, entry.Address) { UsableSinceMs = sinceMs };
            }
            host.Update(entry.Config);
            hosts[i] = host;
        }
        return MakeSet(config, hosts);
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
                if (!made.IsExported)
                {
                    // Left out of the statistics, but retries are a share of the requests that are under way.
                    Registry.Remove(made);
                    made = new MetricGroup(UpstreamMetrics.Cluster, labels, Registry.LoopCount, discard: null) { IsPrivate = true };
                }
                Volatile.Write(ref _metrics, made);
            }
            return _metrics;
        }
    }
}
