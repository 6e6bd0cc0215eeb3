using Mosn.Bench.Running;

namespace Mosn.Bench.Proxies;

/// <summary>nginx as a reverse proxy (http) or a relay (stream module).</summary>
/// <param name="isLogBuffered">
/// True: access log lines are collected and written together, as HAProxy cannot and mosn always does. False: nginx's
/// default, one write for each request.
/// </param>
public sealed class NginxProxy(string name = "nginx", bool isLogBuffered = true) : Proxy(name)
{
    private const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    public static string? Program => Find("nginx");

    public override string? Problem() => Program is null ? "nginx is not installed" : null;

    public override string Version() => MachineFacts.First(MachineFacts.Output(Program!, "-v"), "nginx/(.*)") ?? "?";

    public override IReadOnlyList<string> Configure(ProxySetup setup)
    {
        if (setup.Mode == ProxyMode.Http2)
        {
            throw new BenchException("nginx speaks HTTP/2 to a backend for gRPC only");
        }
        if (!setup.IsRelay)
        {
            return Command(setup, Preamble(setup.Loops) + Http(setup));
        }
        if (!File.Exists(StreamModule))
        {
            throw new BenchException("nginx has no stream module (package libnginx-mod-stream)");
        }
        return Command(setup, $"load_module {StreamModule};\n{Preamble(setup.Loops)}{Stream(setup)}");
    }

    /// <summary>What the backend's configuration begins with, too.</summary>
    internal static string Preamble(int workers) => $$"""
        daemon off;
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        worker_processes {{workers}};
        worker_rlimit_nofile 16384;
        error_log error.log warn;
        pid nginx.pid;
        events { worker_connections 8192; }

        """;

    /// <summary>Folders for bodies in the case's own folder: the built-in ones belong to the system's nginx.</summary>
    internal const string TemporaryPaths = """
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
        """;

    internal static IReadOnlyList<string> Command(ProxySetup setup, string configuration) =>
        [Program!, "-e", "error.log", "-p", setup.Folder, "-c", setup.Write("nginx.conf", configuration)];

    private const string HttpPass = """
        proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
        """;

    private const string GrpcPass = "grpc_pass grpc://backend; grpc_set_header Host $http_host;";

    private string Http(ProxySetup setup)
    {
        string log = !setup.AccessLog ? "off"
            : isLogBuffered ? "access.log combined buffer=64k flush=1s"
            : "access.log combined";
        return $$"""
            http {
            {{TemporaryPaths}}
                access_log {{log}};
                keepalive_requests 1000000000;
                upstream backend {
                    server 127.0.0.1:{{setup.BackendPort}};
                    keepalive 2048;
                    keepalive_requests 1000000000;
                }
                server {
                    listen 127.0.0.1:{{setup.Port}}{{(setup.IsHttp2 ? " http2" : "")}} backlog=4096{{(setup.Loops > 1 ? " reuseport" : "")}};
                    location / {
                        {{(setup.Mode == ProxyMode.Grpc ? GrpcPass : HttpPass)}}
                    }
                }
            }
            """;
    }

    private static string Stream(ProxySetup setup) => $$"""
        stream {
            access_log off;
            upstream backend { server 127.0.0.1:{{setup.BackendPort}}; }
            server {
                listen 127.0.0.1:{{setup.Port}} backlog=4096{{(setup.Loops > 1 ? " reuseport" : "")}};
                proxy_pass backend;
            }
        }
        """;
}
