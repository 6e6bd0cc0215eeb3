using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;

namespace Mosn.Testing;

/// <summary>A client, the whole proxy in memory, and a host, who speak one RPC protocol.</summary>
internal sealed class FrameWorld<TCodec> : IDisposable
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly List<MemoryPeer> _clients = [];

    /// <param name="protocols">What the listener takes.</param>
    /// <param name="match">When the one route is taken, as JSON; empty: always.</param>
    /// <param name="route">More of the route's action, with a comma before it; so are those that follow.</param>
    /// <param name="proxy">More of the proxy filter.</param>
    /// <param name="cluster">More of the cluster.</param>
    public FrameWorld(string? protocols = null, string match = "", string route = "", string proxy = "", string cluster = "")
    {
        Extensions extensions = Extensions.BuiltIn();
        if (extensions.Protocols.Find(TCodec.Name) is null)
        {
            extensions.FrameProtocols.Add<TCodec>();
        }
        string config = ProxyWorld
            .Http(route: route, proxy: proxy, cluster: cluster + """, "max_request_per_conn": 100000 """)
            .Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                $"\"downstream_protocol\": \"{protocols ?? TCodec.Name}\"",
                StringComparison.Ordinal);
        if (match.Length > 0)
        {
            config = config.Replace("\"match\": { \"prefix\": \"/\" }", $"\"match\": {match}", StringComparison.Ordinal);
        }
        World = new ProxyWorld(config, extensions: extensions);
        Host = World.Upstream();
        Client = NewClient();
    }

    public ProxyWorld World { get; }

    public MemoryHost Host { get; }

    public MemoryPeer Client { get; }

    public void Dispose() => World.Dispose();

    public MemoryPeer NewClient()
    {
        _clients.Add(World.Client());
        return _clients[^1];
    }

    /// <summary>The peer sends the frame, and everybody does what follows.</summary>
    public void Send(MemoryPeer peer, byte[] frame)
    {
        peer.Send(frame);
        World.Run();
    }

    /// <summary>The same, a byte at a time.</summary>
    public void SendInPieces(MemoryPeer peer, byte[] frame)
    {
        foreach (byte value in frame)
        {
            Send(peer, [value]);
        }
    }

    /// <summary>The calls that a connection of the host has received, or else what it has.</summary>
    public static List<FrameHead> FramesAtHost(MemoryPeer peer) => Split(peer.Received, isFromHost: false);

    /// <summary>What a client has received.</summary>
    public static List<FrameHead> FramesAtClient(MemoryPeer peer) => Split(peer.Received, isFromHost: true);

    public long Count(FrameMetric metric) => FrameMetrics.Of(World.Metrics, TCodec.Name).Read((int)metric);

    /// <summary>Ends all connections.</summary>
    /// <exception cref="FrameContractException">Something was not given back.</exception>
    public void End()
    {
        foreach (MemoryPeer peer in (MemoryPeer[])[.. _clients, .. Host.Peers])
        {
            peer.Close();
        }
        World.Advance(120_000);
        if (World.Leaks() is { Count: > 0 } leaks)
        {
            throw new FrameContractException($"not given back: {string.Join(", ", leaks)}");
        }
    }

    private static List<FrameHead> Split(ReadOnlySpan<byte> bytes, bool isFromHost)
    {
        List<FrameHead> frames = [];
        while (!bytes.IsEmpty)
        {
            FrameHead head = FrameProbe<TCodec>.NewHead(isFromHost);
            TCodec.Scan(bytes, head);
            int length = head.Length > 0 ? Math.Min(head.Length, bytes.Length) : bytes.Length;
            frames.Add(FrameProbe<TCodec>.Read(bytes[..length].ToArray(), isFromHost));
            bytes = bytes[length..];
        }
        return frames;
    }
}
