using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Discovery;

/// <summary>
/// Keeps the hosts of one cluster at what its names stand for. <c>STRICT_DNS</c>: all addresses of all names are hosts.
/// <c>LOGICAL_DNS</c>: one host, at one address of its name. Belongs to the control loop.
/// </summary>
internal sealed class DnsCluster : LoopTimer
{
    /// <summary>
    /// A cluster of so many names is published once in a while and not after each answer: a change costs as much as the
    /// cluster is large.
    /// </summary>
    private const int LargeCount = 128;
    private const long LargePauseMs = 100;

    private const long FirstRetryMs = 1_000;
    private const long RetryMsMax = 30_000;
    private const long RefreshMsDefault = 5_000;
    private const long RefreshMsMin = 100;
    private const long RefreshMsMax = 24 * 3600 * 1000L;

    private readonly Cluster _cluster;
    private readonly Dictionary<NetworkAddress, DnsName> _names = [];
    private ClusterConfig _config;
    private NameServerSettings _settings;
    private NameLookup _lookup;

    /// <summary>Null: the hosts are somebody else's.</summary>
    private HostEntry[]? _published = [];
    private MetricGroup? _metrics;
    private int _unresolvedCount;
    private bool _holdsBack;

    public DnsCluster(DnsDiscovery discovery, Cluster cluster, ClusterConfig config)
    {
        Discovery = discovery;
        _cluster = cluster;
        _config = config;
        _settings = discovery.SettingsOf(config);
        _lookup = new NameLookup(discovery.Open(_settings), _settings, config.DnsLookupFamily);
    }

    public DnsDiscovery Discovery { get; }

    public EventLoop Loop => Discovery.Loop;

    /// <summary>True once every name was resolved, or could not be.</summary>
    public bool HasOutcome => _unresolvedCount == 0;

    /// <summary>Begins to ask for the names.</summary>
    /// <param name="takesOver">The cluster has other hosts, which stay until there are answers.</param>
    public void Start(bool takesOver)
    {
        if (takesOver)
        {
            _holdsBack = true;
            _published = null;
        }
        List<DnsName> added = ChooseNames();
        Publish();
        added.ForEach(static name => name.AskSoon());
    }

    /// <summary>
    /// Takes over another configuration. Names that stay keep what they stand for; while a new one is asked for, the
    /// hosts stay as they were.
    /// </summary>
    public void Update(ClusterConfig config)
    {
        bool changed = config.DnsLookupFamily != _config.DnsLookupFamily;
        _config = config;
        List<DnsName> asked = ChooseNames();
        if (UseSettings(changed))
        {
            asked = [.. _names.Values];
        }
        _holdsBack = true;
        Publish();
        asked.ForEach(static name => name.AskSoon());
        if (HasOutcome)
        {
            Discovery.OnOutcome(this); // The name that somebody waits for may have been taken away.
        }
    }

    /// <summary>The cluster is gone.</summary>
    public void Stop()
    {
        Loop.Timers.Remove(this);
        foreach (DnsName name in _names.Values)
        {
            name.Stop();
        }
        if (_metrics is not null)
        {
            _cluster.Registry.Remove(_metrics);
        }
    }

    /// <summary>How to ask now: the resolver file may have changed since the last question.</summary>
    internal NameLookup LookupNow()
    {
        UseSettings(familyChanged: false);
        return _lookup;
    }

    /// <summary>A resolution has ended.</summary>
    /// <param name="isFirst">The name had no outcome before.</param>
    /// <param name="changed">The name stands for something else than before.</param>
    internal void OnResolved(DnsName name, ResolvedName result, bool isFirst, bool changed)
    {
        _unresolvedCount -= isFirst ? 1 : 0;
        Count(DiscoveryMetric.ResolutionTotal);
        if (result.Problem is { } problem)
        {
            Count(DiscoveryMetric.ResolutionFailed);
            if (name.FailureCount == 1)
            {
                Discovery.Log.LogWarning(
                    "cluster '{Cluster}': cannot resolve '{Name}': {Problem}; its hosts stay", _config.Name, name.Name, problem);
            }
        }
        name.AskIn(DelayMs(name, result));
        if (isFirst || changed)
        {
            PublishSoon(isFirst);
        }
        if (isFirst && HasOutcome)
        {
            Discovery.OnOutcome(this);
        }
    }

    protected override void OnTimer() => Publish();

    private bool UseSettings(bool familyChanged)
    {
        NameServerSettings settings = Discovery.SettingsOf(_config);
        bool settingsChanged = !settings.Equals(_settings);
        if (settingsChanged || familyChanged)
        {
            _settings = settings;
            _lookup = new NameLookup(Discovery.Open(settings), settings, _config.DnsLookupFamily);
        }
        return settingsChanged || familyChanged;
    }

    /// <returns>Names that are new and have to be asked for.</returns>
    private List<DnsName> ChooseNames()
    {
        HashSet<NetworkAddress> wanted = [];
        List<DnsName> added = [];
        foreach (HostConfig host in _config.Hosts)
        {
            if (host.Address is { Kind: NetworkAddressKind.Name } address && wanted.Add(address)
                && !_names.ContainsKey(address))
            {
                DnsName name = new(this, address);
                _names.Add(address, name);
                added.Add(name);
            }
        }
        foreach ((NetworkAddress address, DnsName name) in _names)
        {
            if (!wanted.Contains(address))
            {
                name.Stop();
                _names.Remove(address);
            }
        }
        _unresolvedCount = _names.Values.Count(static name => !name.HasOutcome);
        return added;
    }

    private long DelayMs(DnsName name, ResolvedName result)
    {
        long refreshMs = _config.DnsRefreshRate > TimeSpan.Zero
            ? (long)_config.DnsRefreshRate.TotalMilliseconds
            : RefreshMsDefault;
        if (result.Problem is not null)
        {
            // A server that comes back must not be met by everybody at once, and a long refresh rate is no reason to wait.
            long bound = Math.Max(FirstRetryMs, Math.Min(refreshMs, RetryMsMax));
            long delay = Math.Min(FirstRetryMs << Math.Min(name.FailureCount - 1, 10), bound);
            return delay + Discovery.Draw((uint)(delay / 4) + 1);
        }
        return _config.RespectDnsTtl && result.TtlSeconds > 0
            ? Math.Min((result.TtlSeconds + 1L) * 1000, RefreshMsMax)
            : Math.Clamp(refreshMs, RefreshMsMin, RefreshMsMax);
    }

    /// <param name="isFirst">With the last of the first answers the cluster is complete, and somebody may wait for that.</param>
    private void PublishSoon(bool isFirst)
    {
        if (_names.Count < LargeCount || (isFirst && HasOutcome))
        {
            Publish();
        }
        else if (!IsArmed)
        {
            Loop.Timers.Set(this, Loop.NowMs + LargePauseMs);
        }
    }

    private void Publish()
    {
        if (_holdsBack && !HasOutcome)
        {
            return;
        }
        _holdsBack = false;
        HostEntry[] entries = _config.Type == ClusterType.LogicalDns ? LogicalHost() : AllHosts();
        bool keepsOthers = _published is null && entries.Length == 0 && _names.Count > 0; // None could be resolved yet.
        if (keepsOthers || IsPublished(entries))
        {
            return;
        }
        _published = entries;
        Count(DiscoveryMetric.HostsChanged);
        _cluster.SetHosts(entries, areResolved: true);
    }

    private HostEntry[] AllHosts()
    {
        HashSet<NetworkAddress> seen = [];
        List<HostEntry> entries = [];
        foreach (HostConfig host in _config.Hosts)
        {
            if (host.Address is not { } address)
            {
                continue;
            }
            if (address.Kind != NetworkAddressKind.Name)
            {
                Add(host, address, HostEntry.Literal(address)!.Value);
                continue;
            }
            foreach (ResolvedAddress found in _names[address].Addresses)
            {
                HostConfig config = found.Weight > 0 ? host with { Weight = found.Weight } : host;
                Add(config, NetworkAddress.FromIp(found.Ip, found.Port), TransportAddress.From(found.Ip, found.Port));
            }
        }
        string[] texts = [.. entries.Select(static entry => entry.Named.ToString())];
        HostEntry[] sorted = [.. entries];
        Array.Sort(texts, sorted, StringComparer.Ordinal);
        return sorted;

        void Add(HostConfig host, NetworkAddress named, TransportAddress address)
        {
            if (seen.Add(named))
            {
                entries.Add(new HostEntry(host, named, address));
            }
        }
    }

    /// <summary>The address that the host has, as long as its name still stands for it: servers rotate their answers.</summary>
    private HostEntry[] LogicalHost()
    {
        if (_config.Hosts is not [{ Address: { } named } host, ..])
        {
            return [];
        }
        if (HostEntry.Literal(named) is { } literal)
        {
            return [new HostEntry(host, named, literal)];
        }
        TransportAddress[] found =
            [.. _names[named].Addresses.Select(static address => TransportAddress.From(address.Ip, address.Port))];
        if (found.Length == 0)
        {
            return [];
        }
        TransportAddress current = _published is [var before] ? before.Address : default;
        return [new HostEntry(host, named, found.Contains(current) ? current : found[0])];
    }

    private bool IsPublished(HostEntry[] entries)
    {
        if (entries.Length != _published?.Length)
        {
            return false;
        }
        for (int i = 0; i < entries.Length; i++)
        {
            (HostEntry one, HostEntry other) = (entries[i], _published[i]);
            if (one.Named != other.Named || one.Address != other.Address
                || (!ReferenceEquals(one.Config, other.Config) && one.Config != other.Config))
            {
                return false;
            }
        }
        return true;
    }

    private void Count(DiscoveryMetric metric)
    {
        _metrics ??= _cluster.Registry.GetOrAdd(DiscoveryMetrics.Schema, ("cluster", _config.Name));
        _metrics.AddShared((int)metric, 1);
    }
}
