namespace Mosn.EndToEnd;

/// <summary>
/// A process with three listeners for each RPC protocol: the calls of one go to a host that answers them, those of another to
/// one that does <see cref="HostDoes"/>, those of the third to one that takes anything and says nothing. For one test at a time.
/// </summary>
public sealed class BrokenFrameWorld : IAsyncLifetime
{
    /// <summary>Bytes of a frame that the listeners take.</summary>
    internal const int FrameBytesMax = 100_000;

    /// <summary>Bytes of a frame that goes on while it comes, where the protocol allows it.</summary>
    internal const int LargeBytes = 1_000_000;

    private const int HostFrameBytesMax = 64 * 1024 * 1024;

    /// <summary>These hosts know calls alone: nothing is to be said to them between calls.</summary>
    private const string NoHeartbeats = """{ "keepalive": { "interval": "1h" } }""";

    private readonly List<ScriptedServer> _hosts = [];
    private readonly Dictionary<string, ScriptedServer> _broken = [];
    private readonly Dictionary<string, ScriptedServer> _silent = [];
    private int _lostConnections;

    internal MosnProcess Mosn { get; private set; } = null!;

    /// <summary>Connections that the proxy has ended after a host did something wrong.</summary>
    internal int LostConnections => Volatile.Read(ref _lostConnections);

    /// <summary>What the broken hosts do with a call.</summary>
    internal string HostDoes { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        const string Route = """{ "match": { "prefix": "/" }, "route": { "cluster_name": "NAME", "timeout": "1s" } }""";
        ConfigText config = new();
        foreach (RpcFormat format in RpcFormat.Names.Select(RpcFormat.Named))
        {
            string name = format.Protocol;
            string broken = BrokenOf(format);
            string silent = SilentOf(format);
            _hosts.Add(format.NewHost());
            _broken[name] = new ScriptedServer((connection, _) => BreakAsync(format, connection));
            _silent[name] = new ScriptedServer(static (connection, _) => connection.WaitForEndAsync());
            config
                .Http(
                    name, Route.Replace("NAME", name, StringComparison.Ordinal), protocol: name,
                    settings: $$"""{ "max_frame_size": {{FrameBytesMax}}, "frame_timeout": "1s" }""")
                .Cluster(name, NoHeartbeats, [_hosts[^1].Address])
                .Http(broken, Route.Replace("NAME", broken, StringComparison.Ordinal), protocol: name)
                .Cluster(broken, NoHeartbeats, [_broken[name].Address])
                .Http(silent, Route.Replace("NAME", silent, StringComparison.Ordinal), protocol: name)
                .Cluster(silent, NoHeartbeats, [_silent[name].Address]);
        }
        Mosn = await MosnProcess.StartAsync(config.ToString());
    }

    public ValueTask DisposeAsync()
    {
        Mosn.Dispose();
        _hosts.ForEach(static host => host.Dispose());
        foreach (ScriptedServer host in (ScriptedServer[])[.. _broken.Values, .. _silent.Values])
        {
            host.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The listener whose calls go to the broken host.</summary>
    internal static string BrokenOf(RpcFormat format) => $"{format.Protocol}-broken";

    /// <summary>The listener whose calls go to the silent host.</summary>
    internal static string SilentOf(RpcFormat format) => $"{format.Protocol}-silent";

    internal ScriptedServer BrokenHostOf(RpcFormat format) => _broken[format.Protocol];

    internal ScriptedServer SilentHostOf(RpcFormat format) => _silent[format.Protocol];

    internal Task<RawConnection> ConnectAsync(RpcFormat format) => RawConnection.OpenAsync(Mosn.PortOf(format.Protocol));

    private async Task BreakAsync(RpcFormat format, RawConnection connection)
    {
        while (true)
        {
            byte[] call = await format.ReadCallAsync(connection);
            byte[] answer = format.AnswerTo(call);
            switch (HostDoes)
            {
                case "answers in HTTP":
                    await connection.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n");
                    break;
                case "damages what makes it a frame":
                    answer[format.Protocol is "dubbo-thrift" or "tars" ? 4 : 0] = 0x7F;
                    await connection.SendAsync(answer);
                    break;
                case "says that its answer has a length of -1":
                    await connection.SendAsync(format.AnswerOfLength(-1));
                    break;
                case "begins an answer above the bound":
                    await connection.SendAsync(format.AnswerOfLength(HostFrameBytesMax + 1));
                    break;
                case "closes in the middle of the answer":
                    await connection.SendAsync(answer.AsMemory()[..^1]);
                    connection.EndOutput();
                    break;
                case "closes in the middle of a large answer":
                    byte[] large = format.AnswerOfLength(LargeBytes);
                    call.AsSpan(format.IdAt, format.IdSize).CopyTo(large.AsSpan(format.Protocol == "tars" ? 8 : format.IdAt));
                    await connection.SendAsync((byte[])[.. large, .. new byte[LargeBytes / 2]]);
                    connection.EndOutput();
                    break;
                case "closes":
                    connection.EndOutput();
                    break;
                case "resets":
                    connection.Reset();
                    Interlocked.Increment(ref _lostConnections);
                    return;
                case "answers twice":
                    await connection.SendAsync((byte[])[.. answer, .. answer]);
                    continue;
                case "answers another call":
                    await connection.SendAsync(format.AnswerTo(format.CallWith(99)));
                    continue;
                default:
                    throw new InvalidOperationException(HostDoes);
            }
            await connection.WaitForEndAsync();
            Interlocked.Increment(ref _lostConnections);
            return;
        }
    }
}
