using Mosn.Bench.Running;

namespace Mosn.Bench.Proxies;

/// <summary>The HTTP server behind the proxies: nginx with one worker and fixed answers, in HTTP/1.1 or cleartext HTTP/2.</summary>
public static class HttpBackend
{
    /// <summary>Answers with a body of 100 bytes.</summary>
    public const string Small = "/100b";

    /// <summary>Answers with a body of 10 KiB, from a file that stays open.</summary>
    public const string Large = "/10kb";

    public const int SmallLength = 100;
    public const int LargeLength = 10 * 1024;

    public static IReadOnlyList<string> Configure(int port, string folder, bool isHttp2)
    {
        ProxySetup setup = new(ProxyMode.Http1, port, BackendPort: 0, Loops: 1, AccessLog: false, folder);
        setup.Write("www/10kb", new string('x', LargeLength));
        return NginxProxy.Command(setup, NginxProxy.Preamble(workers: 1) + $$"""
            http {
            {{NginxProxy.TemporaryPaths}}
                access_log off;
                keepalive_requests 1000000000;
                keepalive_timeout 600s;
                default_type text/plain;
                server {
                    listen 127.0.0.1:{{port}}{{(isHttp2 ? " http2" : "")}} backlog=4096;
                    root www;
                    open_file_cache max=16 inactive=600s;
                    open_file_cache_valid 600s;
                    location = {{Small}} { return 200 "{{new string('x', SmallLength)}}"; }
                }
            }
            """);
    }
}
