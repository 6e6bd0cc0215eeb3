using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Discovery;

/// <summary>
/// Finds the hosts of all clusters that name them (<c>STRICT_DNS</c>, <c>LOGICAL_DNS</c>). Runs on one loop, the control
/// loop, which carries no traffic: so it needs no locks, and in a test time is what the test says.
/// </summary>
/// <param name="loop">Where everything happens.</param>
/// <param name="open">Gives the name servers for some settings.</param>
/// <param name="seed">Spreads retries.</param>
/// <param name="log">Hears of names that cannot be resolved.</param>
internal sealed class DnsDiscovery(
    EventLoop loop, Func<NameServerSettings, INameServers> open, ulong seed, ILogger log) : IClusterWatcher
{
    /// <summary>Names that are resolved at a time; the others wait for their turn.</summary>
    internal const int AskedAtOnceMax = 64;

    /// <summary>Of those, names that could not be resolved last time: a server that is dead takes no place from others.</summary>
    internal const int FailingAskedAtOnceMax = AskedAtOnceMax / 2;

    private const int ServersKeptMax = 64;

    /// <summary>Milliseconds for which a resolver file is not read again.</summary>
    private const long FileKeptMs = 10_000;

    private readonly Dictionary<Cluster, DnsCluster> _clusters = [];
    private readonly Dictionary<(string Path, string Port), (NameServerSettings Settings, long ReadMs)> _files = [];
    private readonly Dictionary<NameServerSettings, INameServers> _servers = [];
    private readonly Queue<DnsName> _waiting = new();
    private readonly Queue<DnsName> _failing = new();
    private readonly List<FirstAnswers> _waiters = [];
    private SplitMix64 _random = new(seed);
    private int _asking;
    private int _failingAsked;
    private bool _beginning;

    public EventLoop Loop => loop;

    public ILogger Log => log;

    public void OnAdded(Cluster cluster)
    {
        if (cluster.Current.Config.ResolvesNames)
        {
            Post(cluster, cluster.Current.Config, isNew: true);
        }
    }

    public void OnUpdated(Cluster cluster, ClusterSnapshot previous)
    {
        ClusterConfig config = cluster.Current.Config;
        if (!ReferenceEquals(config, previous.Config) && (config.ResolvesNames || previous.Config.ResolvesNames))
        {
            Post(cluster, config.ResolvesNames ? config : null);
        }
    }

    public void OnRemoved(Cluster cluster)
    {
        if (cluster.Current.Config.ResolvesNames)
        {
            Post(cluster, config: null);
        }
    }

    /// <summary>
    /// Completes when every name of the clusters that there are was resolved or could not be, and after
    /// <paramref name="atMostMs"/> in any case. Any thread.
    /// </summary>
    public Task FirstAnswersAsync(long atMostMs)
    {
        FirstAnswers waiter = new(this);
        loop.Post(_ => waiter.Begin(atMostMs), state: null);
        return waiter.Done;
    }

    /// <summary>The name servers for these settings; clusters with the same ones share them.</summary>
    internal INameServers Open(NameServerSettings settings)
    {
        if (!_servers.TryGetValue(settings, out INameServers? servers))
        {
            if (_servers.Count == ServersKeptMax)
            {
                _servers.Clear(); // Whoever uses one holds it.
            }
            _servers.Add(settings, servers = open(settings));
        }
        return servers;
    }

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    internal long Draw(uint below) => _random.NextBelow(below);

    internal NameServerSettings SettingsOf(ClusterConfig config)
    {
        if (config.DnsResolvers is { Servers.Count: > 0 })
        {
            return NameServerSettings.Of(config, resolverFile: null);
        }
        (string Path, string Port) key = (config.DnsResolverFile, config.DnsResolverPort);
        if (!_files.TryGetValue(key, out (NameServerSettings Settings, long ReadMs) known)
            || loop.NowMs - known.ReadMs >= FileKeptMs)
        {
            NameServerSettings read = NameServerSettings.Of(config, ReadFile(config.DnsResolverFile));
            known = (read.Equals(known.Settings) ? known.Settings : read, loop.NowMs);
            _files[key] = known;
        }
        return known.Settings;
    }

    internal void Enqueue(DnsName name)
    {
        (name.FailureCount > 0 ? _failing : _waiting).Enqueue(name);
        BeginQuestions();
    }

    /// <summary>A resolution has ended, so another one has a place. The name does not know its outcome yet.</summary>
    internal void EndQuestion(DnsName name)
    {
        Leave(name);
        BeginQuestions();
    }

    /// <summary>Every name of the cluster has an outcome, or nobody needs one any more.</summary>
    internal void OnOutcome(DnsCluster cluster)
    {
        foreach (FirstAnswers waiter in _waiters.ToArray())
        {
            waiter.OnOutcome(cluster);
        }
    }

    private void Post(Cluster cluster, ClusterConfig? config, bool isNew = false) =>
        loop.Post(static change => ((Change)change!).Apply(), new Change(this, cluster, config, isNew));

    private void Apply(Cluster cluster, ClusterConfig? config, bool isNew)
    {
        if (config is null)
        {
            if (_clusters.Remove(cluster, out DnsCluster? gone))
            {
                gone.Stop();
                OnOutcome(gone);
            }
        }
        else if (_clusters.TryGetValue(cluster, out DnsCluster? known))
        {
            known.Update(config);
        }
        else
        {
            DnsCluster added = new(this, cluster, config);
            _clusters.Add(cluster, added);
            added.Start(takesOver: !isNew);
        }
    }

    private void BeginQuestions()
    {
        if (_beginning)
        {
            return; // The loop further up this stack goes on: an answer that is there at once must not nest.
        }
        _beginning = true;
        while (_asking < AskedAtOnceMax && TryDequeue(out DnsName? name))
        {
            _asking++; // Before it begins: it may end at once.
            _failingAsked += name.FailureCount > 0 ? 1 : 0;
            if (!name.TryBegin())
            {
                Leave(name);
            }
        }
        _beginning = false;
    }

    private bool TryDequeue([NotNullWhen(true)] out DnsName? name) =>
        _waiting.TryDequeue(out name) || (_failingAsked < FailingAskedAtOnceMax && _failing.TryDequeue(out name));

    private void Leave(DnsName name)
    {
        Check.That(_asking > 0);
        _asking--;
        _failingAsked -= name.FailureCount > 0 ? 1 : 0;
    }

    private string? ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("cannot read '{Path}': {Problem}; the name server of this machine is asked", path, e.Message);
        }
        return null;
    }

    /// <summary>A cluster's new configuration on its way to the loop; null: no names any more.</summary>
    private sealed record Change(DnsDiscovery Discovery, Cluster Cluster, ClusterConfig? Config, bool IsNew)
    {
        public void Apply() => Discovery.Apply(Cluster, Config, IsNew);
    }

    /// <summary>Somebody who waits for the first answers, for a bounded time.</summary>
    private sealed class FirstAnswers(DnsDiscovery discovery) : LoopTimer
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly HashSet<DnsCluster> _missing = [];

        public Task Done => _done.Task;

        public void Begin(long atMostMs)
        {
            _missing.UnionWith(discovery._clusters.Values.Where(static cluster => !cluster.HasOutcome));
            if (_missing.Count == 0)
            {
                _done.SetResult();
                return;
            }
            discovery._waiters.Add(this);
            discovery.Loop.Timers.Set(this, discovery.Loop.NowMs + atMostMs);
        }

        public void OnOutcome(DnsCluster cluster)
        {
            if (_missing.Remove(cluster) && _missing.Count == 0)
            {
                End();
            }
        }

        protected override void OnTimer() => End();

        private void End()
        {
            discovery._waiters.Remove(this);
            discovery.Loop.Timers.Remove(this);
            _done.SetResult();
        }
    }
}
