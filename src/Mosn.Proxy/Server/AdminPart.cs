using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport;
using Mosn.Transport.Sockets;

namespace Mosn.Proxy.Server;

/// <summary>
/// The admin API and the address of a prometheus sink, as far as they are configured. They share an event loop of their
/// own, so that a large dump holds up no traffic; it answers until everything else has stopped to drain.
/// </summary>
/// <param name="admin">Null: no admin API.</param>
/// <param name="metricsConfig">May hold a prometheus sink; the first one counts.</param>
/// <param name="metrics">What the sink shows.</param>
/// <param name="endpoints">What the admin API has besides its help page.</param>
/// <param name="onBug">Told of an exception that reached the loop.</param>
/// <param name="log">Hears of addresses and of every change through the API.</param>
internal sealed class AdminPart(
    AdminConfig? admin,
    MetricsConfig? metricsConfig,
    MetricRegistry metrics,
    IReadOnlyList<IAdminEndpoint> endpoints,
    Action<Exception> onBug,
    ILogger log) : IServerPart
{
    /// <summary>Each may hold a whole dump in memory while a slow client takes it.</summary>
    private const int ConnectionsMax = 64;

    private const int Backlog = 128;

    private readonly List<Listener> _listeners = [];
    private EpollLoop? _loop;

    public string Name => "admin API";

    /// <summary>Where the admin API listens, once started; null if it is not configured.</summary>
    public TransportAddress? AdminAddress { get; private set; }

    /// <summary>Where the prometheus sink listens, once started; null if there is none.</summary>
    public TransportAddress? PrometheusAddress { get; private set; }

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        PrometheusSinkConfig? sink = PrometheusEndpoint.FirstSink(metricsConfig);
        if (admin is null && sink is null)
        {
            return;
        }
        _loop = new EpollLoop(metrics.LoopCount, onBug, "mosn-admin"); // The index after those of the workers.
        _loop.Start();
        if (admin is not null)
        {
            AdminApi api = new(endpoints, new AdminAccess(admin.Address), new HelpEndpoint(endpoints));
            AdminAddress = await OpenAsync("admin API", admin.Address, admin.Port, api, cancel);
        }
        if (sink is not null)
        {
            AdminApi api = new(
                [new PrometheusEndpoint(sink.Endpoint, metrics, sink)], new AdminAccess(sink.Address), otherwise: null);
            PrometheusAddress = await OpenAsync("prometheus sink", sink.Address, sink.Port, api, cancel);
        }
    }

    public async ValueTask StopAsync()
    {
        if (_loop is not { } loop)
        {
            return;
        }
        foreach (Listener listener in _listeners)
        {
            await listener.CloseAsync();
        }
        await loop.StopAsync();
        loop.Dispose();
    }

    private async Task<TransportAddress> OpenAsync(
        string name, string host, int port, AdminApi api, CancellationToken cancel)
    {
        IPAddress ip = await ResolveAsync(name, host, cancel);
        // Its traffic is not what clients do, and its connections do not count against the proxy's limit: an operator must
        // get in when the proxy is full.
        MetricRegistry uncounted = new(_loop!.Index + 1, StatsMatcher.None with { RejectAll = true });
        ListenerModel model = new()
        {
            Name = name,
            Address = TransportAddress.From(ip, port),
            Backlog = Backlog,
            ConnectionsMax = ConnectionsMax,
            Filters = [new AdminFilterFactory(api, log)],
            Metrics = uncounted.Downstream,
        };
        Listener listener = new(model, [_loop], new ConnectionLimit(max: 0), uncounted);
        _listeners.Add(listener);
        try
        {
            await listener.OpenAsync();
        }
        catch (IOException e)
        {
            throw new StartException($"{name}: {e.Message}");
        }
        log.LogInformation("{Name} listens on {Address}", name, listener.Address);
        if (!IPAddress.IsLoopback(ip))
        {
            log.LogWarning(
                "{Name} on {Address} can be reached from other machines and has no authentication", name, listener.Address);
        }
        return listener.Address;
    }

    private static async Task<IPAddress> ResolveAsync(string name, string host, CancellationToken cancel)
    {
        if (host.Length == 0)
        {
            return IPAddress.Loopback;
        }
        if (IPAddress.TryParse(host, out IPAddress? ip))
        {
            return ip;
        }
        try
        {
            return (await Dns.GetHostAddressesAsync(host, cancel))[0];
        }
        catch (SocketException e)
        {
            throw new StartException($"{name}: cannot resolve '{host}': {e.Message}");
        }
    }
}
