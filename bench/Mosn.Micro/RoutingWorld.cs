using System.Globalization;
using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Micro;

/// <summary>
/// A router configuration of so many virtual hosts with so many routes each, and requests that are spread over all of them
/// so that no cache holds what they need.
/// </summary>
internal sealed class RoutingWorld
{
    public const int RequestCount = 1024;

    public RoutingWorld(int hostCount, int routeCount)
    {
        HostCount = hostCount;
        RouteCount = routeCount;
        MetricRegistry metrics = new(1, StatsMatcher.None);
        ClusterDirectory clusters = new(new ClusterServices
        {
            Registry = metrics,
            Balancers = Extensions.BuiltIn().Balancers,
            Protocols = new UpstreamProtocols([]),
        });
        Directory = new RouterDirectory(new RouteCompiler(new RouteServices
        {
            Clusters = clusters, LoopCount = 1, Zone = TimeZoneInfo.Utc, Seed = 1,
        }));
        Config = new RouterConfig { Name = "r", VirtualHosts = [.. Enumerable.Range(0, hostCount).Select(Host)] };
        if (Directory.AddOrUpdate(Config) is [var problem, ..])
        {
            throw new InvalidOperationException(problem);
        }
    }

    public int HostCount { get; }

    public int RouteCount { get; }

    public RouterConfig Config { get; }

    public RouterDirectory Directory { get; }

    public RouteTable Table => Directory.Get("r").Current!;

    /// <summary>Requests that a virtual host with its full name takes, by the path of a route that is drawn.</summary>
    /// <param name="path">Of the route of that number.</param>
    public StreamContext[] Requests(Func<int, string> host, Func<int, string> path, string header = "")
    {
        Random random = new(1);
        return
        [
            .. Enumerable.Range(0, RequestCount).Select(_ =>
            {
                int route = random.Next(RouteCount);
                return Request(host(random.Next(HostCount)), path(route), header, route);
            }),
        ];
    }

    public static string ExactHost(int host) => Text($"service-{host}.apps.example.com");

    public static string WildcardHost(int host) => Text($"tenant.eu-west.zone-{host}.example.net:8080");

    public static string ExactPath(int route) => Text($"/api/v1/resource-{route}/list");

    public static string PrefixPath(int route) => Text($"/files/area-{route}/some/file.bin");

    public static RouteConfig Forward(RouteMatchConfig match) =>
        new() { Match = match, Action = new RouteActionConfig { ClusterName = "c" } };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static StreamContext Request(string host, string path, string header, int route)
    {
        HeldStream stream = new();
        stream.Request.SetMethod("GET"u8);
        stream.Request.SetPath(Encoding.ASCII.GetBytes(path));
        stream.Request.SetAuthority(Encoding.ASCII.GetBytes(host));
        stream.Request.Headers.Add("User-Agent"u8, "Mozilla/5.0 (X11; Linux x86_64)"u8);
        stream.Request.Headers.Add("Accept"u8, "*/*"u8);
        if (header.Length > 0)
        {
            stream.Request.Headers.Add(Encoding.ASCII.GetBytes(header), Encoding.ASCII.GetBytes(Text($"service-{route}")));
        }
        StreamContext context = new();
        context.Begin(stream, loop: null!, 1, "listener", 0, 0); // A route with one cluster asks for no loop.
        return context;
    }

    /// <summary>One third of the routes each by path, by prefix and by header; they take turns.</summary>
    private VirtualHostConfig Host(int host) => new()
    {
        Name = ExactHost(host),
        Domains = [ExactHost(host), Text($"*.zone-{host}.example.net:*")],
        Routes =
        [
            .. Enumerable.Range(0, RouteCount).Select(route => Forward((route % 3) switch
            {
                0 => new RouteMatchConfig { Path = ExactPath(route) },
                1 => new RouteMatchConfig { Prefix = Text($"/files/area-{route}/") },
                _ => new RouteMatchConfig
                {
                    Headers = [new HeaderMatcherConfig { Name = "service", Value = Text($"service-{route}") }],
                },
            })),
        ],
    };
}
