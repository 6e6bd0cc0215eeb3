using System.Text;
using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

/// <summary>Configurations for tests, and how to read them.</summary>
internal static class ConfigSamples
{
    /// <summary>Nearly every section once, as a user would write it.</summary>
    public const string Wide = """
        {
          "servers": [{
            "mosn_server_name": "edge",
            "default_log_path": "stdout", "default_log_level": "WARN",
            "global_log_roller": "size=200 age=3 keep=5 compress=on",
            "graceful_timeout": "20s", "processor": "auto", "scheduling": "normal",
            "listeners": [{
              "name": "in", "type": "ingress", "address": "0.0.0.0:8443", "bind_port": true,
              "inspector": true, "connection_idle_timeout": "2m",
              "access_logs": [{"log_path": "/tmp/in.log", "log_format": "%start_time% %response_code%"}],
              "filter_chains": [{
                "tls_context_set": [
                  {"status": true, "cert_chain": "a.pem", "private_key": "a.key"},
                  {"status": true, "cert_chain": "b.pem", "private_key": "b.key", "alpn": "h2"}],
                "filters": [{"type": "proxy", "config": {
                  "downstream_protocol": "Auto", "router_config_name": "main",
                  "extend_config": {"Http1": {"max_header_size": 4096}, "Http2": {"http2_use_stream": true}}}}]
              }],
              "stream_filters": [{"type": "proxywasm", "config": {"password": "x"}},
                {"type": "fault", "config": {"delay": {"fixed_delay": "5ms"}}}]
            }, {
              "name": "tcp", "address": "[::1]:9000", "bind_port": true,
              "filter_chains": [{"filters": [{"type": "tcp_proxy", "config": {
                "cluster": "app", "idle_timeout": 1500000000,
                "routes": [{"Cluster": "app", "sourceaddrs": [{"Address": "127.0.0.1", "Length": 24}],
                            "SourcePort": "80,443,8080-8089"}]}}]}]
            }],
            "routers": [{"router_config_name": "main",
              "request_headers_to_add": [{"header": {"key": "x-a", "value": "1"}, "append": false}],
              "virtual_hosts": [{
              "name": "all", "domains": ["*", "a.test:8080"],
              "routers": [
                {"match": {"regex": "^/r/[0-9]+$", "headers": [{"name": "k", "value": "v.*", "regex": true}]},
                 "route": {"weighted_clusters": [{"cluster": {"name": "app", "weight": 9}},
                                                  {"cluster": {"name": "dns", "weight": 1}}],
                           "regex_rewrite": {"pattern": {"google_re2": {}, "regex": "a(b)"}, "substitution": "${1}"}}},
                {"match": {"path": "/old"}, "redirect": {"path_redirect": "/new", "response_code": 307}},
                {"match": {"path": "/ping"}, "direct_response": {"status": 200, "body": "pong"}},
                {"match": {"prefix": "/"}, "route": {"cluster_name": "app", "timeout": "3s",
                "retry_policy": {"retry_on": true, "retry_timeout": "1s", "num_retries": 2}}}]}]}]
          }],
          "cluster_manager": {"clusters": [{
            "Name": "app", "type": "SIMPLE", "lb_type": "LB_LEAST_REQUEST", "connect_timeout": "2s",
            "circuit_breakers": [{"max_connections": 500, "max_requests": 2000}],
            "health_check": {"protocol": "Http1", "interval": "10s", "service_name": "s"},
            "hosts": [{"address": "10.0.0.1:80", "weight": 200},
                      {"address": "10.0.0.2:80", "weight": 0,
                       "metadata": {"filter_metadata": {"mosn.lb": {"zone": "b"}}}}]},
            {"name": "dns", "type": "STRICT_DNS", "lb_type": "LB_PEAK_EWMA", "hosts": [{"address": "app.test"}],
             "slow_start": {"mode": "duration", "slow_start_duration": "10s", "aggression": 2.0,
                            "min_weight_percent": 0.125}}]},
          "metrics": {"shm_zone": "edge", "shm_size": "4MB", "flush_mosn": true,
            "stats_matcher": {"exclusion_labels": ["host"]},
            "sinks": [{"type": "prometheus", "config": {"port": 34903, "percentiles": [90, 99.0]}}]},
          "tracing": {"enable": true, "driver": "SOFATracer", "config": {"log_path": "/tmp/trace"}},
          "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 34901}}},
          "pprof": {"debug": true, "port_value": 34902}
        }
        """;

    /// <summary>The least that is whole; {0} goes into the listener, {1} into the cluster, {2} beside the servers.</summary>
    public static string Small(string inListener = "", string inCluster = "", string inRoot = "") => $$$"""
        {
          "servers": [{
            "listeners": [{
              "name": "l", "address": "127.0.0.1:80",{{{inListener}}}
              "filter_chains": [{"filters": [{"type": "tcp_proxy", "config": {"cluster": "c"}}]}]
            }]
          }],{{{inRoot}}}
          "cluster_manager": {"clusters": [{
            "name": "c",{{{inCluster}}}
            "hosts": [{"address": "127.0.0.1:81"}]
          }]}
        }
        """;

    public static ConfigLoadResult Json(string text, bool isStrict = false) =>
        ConfigLoader.LoadText(
            Encoding.UTF8.GetBytes(text), ConfigFormat.Json, "m.json", new ConfigLoadOptions { IsStrict = isStrict });

    public static ConfigLoadResult Yaml(string text) =>
        ConfigLoader.LoadText(Encoding.UTF8.GetBytes(text), ConfigFormat.Yaml, "m.yaml");

    public static string[] Errors(ConfigLoadResult result) =>
        [.. result.Problems.Where(static p => p.Severity == ConfigSeverity.Error).Select(ConfigProblemText.Format)];

    public static string[] All(ConfigLoadResult result) => [.. result.Problems.Select(ConfigProblemText.Format)];
}
