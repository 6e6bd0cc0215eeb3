using Mosn.Bench.Running;

namespace Mosn.Bench.Proxies;

/// <summary>HAProxy, one process with as many threads as the case has loops.</summary>
/// <param name="isSplicing">TCP bytes move inside the kernel through pipes; HAProxy's default is to copy.</param>
public sealed class HaproxyProxy(string name = "haproxy", bool isSplicing = false) : Proxy(name)
{
    private static string? Program => Find("haproxy");

    public override string? Problem() => Program is null ? "haproxy is not installed" : null;

    public override string Version() =>
        MachineFacts.First(MachineFacts.Output(Program!, "-v"), @"version (\d+(\.\d+)*)") ?? "?";

    // HAProxy keeps idle server connections only while few descriptors are in use; the two tune lines let it keep
    // them all, as the others do. It writes its log to standard output, which is a file here.
    public override IReadOnlyList<string> Configure(ProxySetup setup)
    {
        string configuration = $$"""
            global
                nbthread {{setup.Loops}}
                maxconn 6000
                tune.pool-low-fd-ratio 90
                tune.pool-high-fd-ratio 95
                {{(setup.AccessLog ? "log stdout len 1024 format raw local0" : "")}}
            defaults
                mode {{(setup.IsRelay ? "tcp" : "http")}}
                timeout connect 5s
                timeout client 120s
                timeout server 120s
                {{(setup.IsRelay ? "" : "http-reuse always")}}
                {{(setup.AccessLog ? "log global" : "")}}
                {{(setup.AccessLog ? LogFormat : "")}}
                {{(isSplicing ? "option splice-auto" : "")}}
            frontend clients
                bind 127.0.0.1:{{setup.Port}} backlog 4096{{(setup.IsHttp2 ? " proto h2" : "")}}
                default_backend servers
            backend servers
                server one 127.0.0.1:{{setup.BackendPort}}{{(setup.IsHttp2Upstream ? " proto h2" : "")}}

            """;
        return [Program!, "-db", "-f", setup.Write("haproxy.cfg", configuration)];
    }

    // The fields of nginx's "combined" format; the load client sends neither referer nor user agent.
    private const string LogFormat = """log-format "%ci - - [%tr] \"%HM %HU %HV\" %ST %B \"-\" \"-\"" """;
}
