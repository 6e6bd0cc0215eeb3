using Mosn.Bench.Load;
using Mosn.Bench.Running;

namespace Mosn.Bench.Proxies;

/// <summary>mosn itself: a Native AOT binary, or a <c>.dll</c> that the runtime compiles while it runs.</summary>
/// <param name="candidates">Where it may lie; the first that exists is taken.</param>
public sealed class MosnProxy(string name, params IReadOnlyList<string> candidates) : Proxy(name)
{
    private string? Program => candidates.FirstOrDefault(File.Exists);

    public override bool IsShippedForm => !IsJustInTime;

    public override bool IsJustInTime => candidates[0].EndsWith(".dll", StringComparison.Ordinal);

    public override string? Problem() =>
        Program is null ? $"{Path.GetFileName(candidates[0])} is not built ({Name})" : null;

    public override string Version() => MachineFacts.First(
        MachineFacts.Output(Command[0], [.. Command[1..], "version"]), @"(\d+\.\d+\S*)") ?? "?";

    public override IReadOnlyList<string> Configure(ProxySetup setup) =>
        [.. Command, "start", "-c", setup.Write("conf/mosn.json", Configuration(setup))];

    private string[] Command => IsJustInTime ? ["dotnet", Program!] : [Program!];

    // A cluster's connections otherwise end after 1024 requests: the others' limits are raised, too.
    private static string Configuration(ProxySetup setup) => $$"""
        {
          "pid": "{{setup.Folder}}/mosn.pid",
          "servers": [{
            "mosn_server_name": "bench",
            "default_log_path": "{{setup.Folder}}/mosn.log",
            "default_log_level": "WARN",
            "processor": {{setup.Loops}},
            "listeners": [{
              "name": "clients",
              "address": "127.0.0.1:{{setup.Port}}",
              "bind_port": true,
              "access_logs": {{(setup.AccessLog ? AccessLog(setup) : "[]")}},
              "filter_chains": [{ "filters": [{{(setup.Mode == ProxyMode.Tcp ? TcpFilter : HttpFilter(setup))}}] }]
            }],
            "routers": [{
              "router_config_name": "r",
              "virtual_hosts": [{
                "name": "all",
                "domains": ["*"],
                "routers": [{ "match": {{Match(setup)}}, "route": {{Route(setup)}} }]
              }]
            }]
          }],
          "cluster_manager": {
            "clusters": [{
              "name": "c",
              "type": "SIMPLE",
              "lb_type": "LB_ROUNDROBIN",
              "max_request_per_conn": 1000000000,
              "hosts": [{ "address": "127.0.0.1:{{setup.BackendPort}}" }]
            }]
          }
        }
        """;

    private static string HttpFilter(ProxySetup setup) => $$"""
        {
          "type": "proxy",
          "config": { "downstream_protocol": "{{ProtocolOf(setup)}}", "router_config_name": "r" }
        }
        """;

    // Calls are routed by the service that they name.
    private static string Match(ProxySetup setup) => setup.Mode == ProxyMode.Bolt
        ? $$"""{ "headers": [{ "name": "service", "value": "{{BoltCalls.Service}}" }] }"""
        : """{ "prefix": "/" }""";

    private static string ProtocolOf(ProxySetup setup) =>
        setup.Mode == ProxyMode.Bolt ? "bolt" : setup.IsHttp2 ? "Http2" : "Http1";

    // The upstream side speaks the same protocol unless a route says otherwise.
    private static string Route(ProxySetup setup) => setup.Mode == ProxyMode.Http2ToHttp1
        ? """{ "cluster_name": "c", "upstream_protocol": "Http1" }"""
        : """{ "cluster_name": "c" }""";

    private const string TcpFilter = """{ "type": "tcp_proxy", "config": { "cluster": "c" } }""";

    // As much as nginx's "combined" says: client, time, request line, status, bytes.
    private static string AccessLog(ProxySetup setup) => $$"""
        [{
          "log_path": "{{setup.Folder}}/access.log",
          "log_format": "{{LogFormat}}"
        }]
        """;

    private const string LogFormat =
        "%downstream_remote_address% - - [%start_time%] \\\"%Http1_request_method% %Http1_request_uri% %protocol%\\\""
        + " %response_code% %bytes_sent% \\\"%request_header_referer%\\\" \\\"%request_header_user-agent%\\\"";
}
