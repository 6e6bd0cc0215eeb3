using Mosn.Bench.Proxies;

namespace Mosn.Bench.Cases;

/// <summary>What <c>./do bench SUBJECT</c> runs. A new subject is one more line here and its cases.</summary>
public static class Subjects
{
    private static readonly Dictionary<string, Func<IReadOnlyList<Case>>> Known = new(StringComparer.Ordinal)
    {
        ["http1"] = static () =>
        [
            new HttpCase("small", "100 B response, 64 connections, 1 loop"),
            new HttpCase("access-log", "the same, with an access log line per request") { AccessLog = true },
            new HttpCase("large", "10 KiB response, 64 connections, 1 loop")
            {
                Path = HttpBackend.Large,
                BodyLength = HttpBackend.LargeLength,
            },
            new HttpCase("many", "100 B response, 2000 connections, 1 loop") { Connections = 2000, SecondsMin = 3 },
            new HttpCase("two-loops", "100 B response, 64 connections, 2 loops, all on the same two cores")
            {
                Loops = 2,
            },
            new SystemCallCase("system-calls", "system calls of the proxy under strace, 64 connections, 1 loop"),
        ],
        ["http2"] = static () =>
        [
            new HttpCase("16x10", "100 B response, 16 connections with 10 streams each, HTTP/1.1 upstream, 1 loop")
            {
                Mode = ProxyMode.Http2ToHttp1, Connections = 16, Streams = 10,
            },
            new HttpCase("4x100", "the same on 4 connections with 100 streams each")
            {
                Mode = ProxyMode.Http2ToHttp1, Connections = 4, Streams = 100,
            },
            new HttpCase("large", "10 KiB response, 16 connections with 10 streams each, HTTP/1.1 upstream, 1 loop")
            {
                Mode = ProxyMode.Http2ToHttp1, Connections = 16, Streams = 10,
                Path = HttpBackend.Large, BodyLength = HttpBackend.LargeLength,
            },
            new HttpCase("16x10-http2", "100 B response, 16 connections with 10 streams each, HTTP/2 upstream, 1 loop")
            {
                Mode = ProxyMode.Http2, Connections = 16, Streams = 10,
            },
            new HttpCase("4x100-http2", "the same on 4 connections with 100 streams each")
            {
                Mode = ProxyMode.Http2, Connections = 4, Streams = 100,
            },
            new HttpCase("grpc", "gRPC unary calls with messages of 5 bytes, 16 connections with 10 streams each, 1 loop")
            {
                Mode = ProxyMode.Grpc, Connections = 16, Streams = 10, Path = GrpcBackend.Path,
                BodyLength = GrpcBackend.Message.Length,
            },
            new SystemCallCase(
                "system-calls", "system calls of the proxy under strace, 16 connections with 10 streams each, HTTP/1.1 upstream")
            {
                Mode = ProxyMode.Http2ToHttp1, Connections = 16, Streams = 10,
            },
            new Http2MemoryCase("idle-connections", "2000 HTTP/2 connections, idle after a request each", 2000, streams: 0),
            new Http2MemoryCase(
                "open-streams", "20 connections with 100 streams each that wait for HTTP/1.1 upstream, a connection for each",
                20, streams: 100),
            new Http2AttackCase("rapid-reset", "a client at 4,000 requests/s while another resets its requests at once", "rapid-reset"),
            new Http2AttackCase("late-reset", "the same, when the resets come a moment later, and all at once", "late-reset"),
            new Http2AttackCase("ping-flood", "the same while another sends PING without end", "ping"),
            new Http2AttackCase("continuation-flood", "the same while another sends a head without end", "continuation"),
        ],
        ["tcp"] = static () =>
        [
            new TcpPingCase("ping", "100 B to an echo server and back, 64 connections, 1 loop"),
            new TcpBulkCase("bulk-1", "bytes from server to client, 1 connection, 1 loop", connections: 1),
            new TcpBulkCase("bulk-4", "bytes from server to client, 4 connections, 1 loop", connections: 4),
        ],
        ["bolt"] = static () =>
        [
            new BoltCase("calls", "Bolt calls of 1 KB, answered as long, 32 connections, 1 loop", 32, 1024),
            new BoltCase("small-calls", "the same with 64 B", 32, 64),
        ],
        ["memory"] = static () =>
        [
            new MemoryCase("idle", "one second after the start", MemoryLoad.None),
            new MemoryCase("clients", "2000 idle clients that each made one request", MemoryLoad.IdleClients),
            new MemoryCase("loaded", "after load on 64 connections", MemoryLoad.Requests),
        ],
        ["startup"] = static () =>
        [
            new StartupCase("first-answer", "from exec to the first answered request"),
        ],
    };

    public static IEnumerable<string> Names => Known.Keys;

    public static IReadOnlyList<Case> Cases(string subject) => Known[subject]();
}
