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
        ["tcp"] = static () =>
        [
            new TcpPingCase("ping", "100 B to an echo server and back, 64 connections, 1 loop"),
            new TcpBulkCase("bulk-1", "bytes from server to client, 1 connection, 1 loop", connections: 1),
            new TcpBulkCase("bulk-4", "bytes from server to client, 4 connections, 1 loop", connections: 4),
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
