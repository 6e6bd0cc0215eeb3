using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Transport;
using Mosn.Transport.Sockets;

namespace Mosn.Proxy.Server;

/// <summary>
/// Makes the running objects of a valid configuration: the one way in for files and the admin API, and later for xDS. All or
/// nothing: what may be refused is built before anything is published, so a bad update changes nothing. One at a time.
/// </summary>
internal sealed partial class ConfigApplier(ProxyRuntime runtime, IHostResolver resolver)
{
    /// <summary>Idle connections cost little, but not nothing: MOSN's bound when the file says nothing.</summary>
    private static readonly TimeSpan IdleTimeoutDefault = TimeSpan.FromSeconds(90);

    /// <summary>Milliseconds that a start waits for name servers; what they say later counts then.</summary>
    private const long FirstAnswersMs = 5_000;

    /// <summary>Held by whoever makes a change.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    private readonly MarkedClusters _marks = new(runtime.Log, runtime.Metrics.Self, SocketMark.IsAllowed);

    private bool _isUpdate;

    /// <summary>Builds the listeners, which the caller opens, and publishes clusters and routers.</summary>
    /// <exception cref="StartException">Something cannot be run as configured: all is as it was before.</exception>
    public async ValueTask<IReadOnlyList<Listener>> ApplyAsync(MosnConfig config, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            return await ApplyNowAsync(config, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<IReadOnlyList<Listener>> ApplyNowAsync(MosnConfig config, CancellationToken cancel)
    {
        IReadOnlyList<ClusterConfig> clusters = config.ClusterManager?.Clusters ?? [];
        HostNames names = await HostNames.ResolveAsync(clusters, resolver, cancel);
        if (names.Unresolved.Count > 0)
        {
            runtime.Log.LogWarning("no address for {Names}: these hosts are left out", string.Join(", ", names.Unresolved));
        }
        Listener[] listeners = [.. config.Servers.SelectMany(static server => server.Listeners).Select(Build)];
        RouterConfig[] routers = [.. config.Servers.SelectMany(static server => server.Routers)];
        bool isUpdate = _isUpdate;
        if (isUpdate)
        {
            CheckRouters(routers);
        }
        cancel.ThrowIfCancellationRequested();

        // From here on nothing is refused.
        _isUpdate = true;
        _marks.Check(clusters);
        runtime.Clusters.LocalZone = LocalZone(config);
        runtime.Clusters.AddOrUpdate(clusters, names);
        if (clusters.Any(static cluster => cluster.ResolvesNames))
        {
            await runtime.Names.FirstAnswersAsync(FirstAnswersMs).WaitAsync(isUpdate ? CancellationToken.None : cancel);
        }
        Array.ForEach(routers, Apply);
        runtime.Listeners.Publish(listeners);
        runtime.Clusters.Keep(clusters); // Last: until now, routes led to the others.
        return listeners;
    }

    /// <summary>
    /// At a start a router that cannot be compiled answers 404 and the others go on, as in MOSN. An update with one would
    /// leave half of the old and half of the new.
    /// </summary>
    private void CheckRouters(RouterConfig[] routers)
    {
        foreach (RouterConfig router in routers)
        {
            if (Compile(router, runtime.Routers.Check) is [string problem, ..])
            {
                throw new StartException($"router '{router.Name}': {problem}");
            }
        }
    }

    private static string LocalZone(MosnConfig config) =>
        config.ClusterManager?.LocalZone is { Length: > 0 } zone
            ? zone
            : config.Node?.Find("locality")?.Find("zone")?.Text ?? "";

    private void Apply(RouterConfig router)
    {
        foreach (string problem in Compile(router, runtime.Routers.AddOrUpdate))
        {
            runtime.Log.LogError("router '{Name}': {Problem}", router.Name, problem);
        }
    }

    /// <summary>A filter that is not the product's may refuse what a route says to it.</summary>
    private static IReadOnlyList<string> Compile(RouterConfig router, Func<RouterConfig, IReadOnlyList<string>> compile)
    {
        try
        {
            return compile(router);
        }
        catch (FormatException e)
        {
            throw new StartException($"router '{router.Name}', settings of a stream filter: {e.Message}");
        }
    }

    private Listener Build(ListenerConfig config)
    {
        string name = config.Name.Length > 0 ? config.Name : config.Address!.Value.ToString();

        // The filter alone does nothing, as in MOSN: the listener has to ask for it.
        OriginalDstFilterConfig? originalDst = config.UseOriginalDst == OriginalDstMode.None
            ? null
            : config.ListenerFilters.Select(static filter => filter.Typed).OfType<OriginalDstFilterConfig>().FirstOrDefault();
        ListenerModel model = new()
        {
            Name = name,
            Address = ToTransport(config.Address!.Value, name),
            BindsPort = config.BindPort,
            OriginalDst = originalDst is { } filter ? filter.Type : config.UseOriginalDst,
            FallsBackToLocal = originalDst is { FallbackToLocal: true },
            Backlog = config.Backlog > 0 ? config.Backlog : 4096,
            ConnectionsMax = config.MaxConnections,
            ConnectionOptions = new ConnectionOptions
            {
                IdleTimeoutMs = (long)(config.ConnectionIdleTimeout ?? IdleTimeoutDefault).TotalMilliseconds,
                InputLimit = (int)Math.Clamp(config.PerConnectionBufferLimitBytes, 4096, int.MaxValue / 2),
            },
            Filters = [],
            Metrics = runtime.Metrics.GetOrAdd(DownstreamMetrics.Schema, ("listener", name))
                .JoinTo(runtime.Metrics.Downstream),
        };
        model = model with { Filters = BuildFilters(config, model) };
        return new Listener(model, runtime.Loops, runtime.ConnectionLimit, runtime.Metrics, runtime.Listeners);
    }

    private List<INetworkFilterFactory> BuildFilters(ListenerConfig config, ListenerModel model)
    {
        List<INetworkFilterFactory> built = [];
        foreach (FilterConfig filter in config.FilterChains.SelectMany(static chain => chain.Filters))
        {
            if (runtime.Extensions.NetworkFilters.Find(filter.Type) is { } builder)
            {
                built.Add(builder(filter, model, config, runtime));
            }
            else
            {
                runtime.Log.LogWarning(
                    "listener '{Listener}': network filter '{Type}' is not built yet and left out", model.Name, filter.Type);
            }
        }
        if (built.Count == 0)
        {
            runtime.Log.LogWarning("listener '{Listener}' has no filter: its connections are closed at once", model.Name);
        }
        return built;
    }

    private static TransportAddress ToTransport(in NetworkAddress address, string listener) => address.Kind switch
    {
        NetworkAddressKind.Unix => TransportAddress.Unix(address.Host),
        NetworkAddressKind.Ip => TransportAddress.From(address.Ip!, address.Port),
        _ => ResolveListenAddress(address, listener),
    };

    private static TransportAddress ResolveListenAddress(in NetworkAddress address, string listener)
    {
        try
        {
            System.Net.IPAddress[] found = System.Net.Dns.GetHostAddresses(address.Host);
            return TransportAddress.From(found[0], address.Port);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new StartException($"listener '{listener}': cannot resolve '{address.Host}': {e.Message}");
        }
    }
}
