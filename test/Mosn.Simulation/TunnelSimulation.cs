using System.Text;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>
/// One world of WebSockets between ends of either version of HTTP: hosts agree or refuse, clients may say something before
/// they do, and both ends send what the seed says, end their direction or break the tunnel. Each must see the other's bytes,
/// all of them or a beginning that is known to be one, and a host that refuses none.
/// </summary>
internal sealed class TunnelSimulation : IDisposable
{
    private const long TimeMaxMs = 12 * 60 * 60 * 1000;

    private readonly Random _random;
    private readonly SeededWeather _weather;
    private readonly ProxyWorld _proxy;
    private readonly MemoryHost[] _hosts;
    private readonly List<Tunnel> _tunnels = [];
    private readonly List<MemoryPeer> _clients = [];
    private readonly bool _breaking;

    public TunnelSimulation(int seed)
    {
        _random = new Random(seed);
        _breaking = _random.Next(3) == 0;
        int bytesMax = _random.Next(3) switch { 0 => 10, 1 => 3_000, _ => 30_000 };
        bool clientsSpeak2 = _random.Next(2) == 0;
        bool hostsSpeak2 = _random.Next(2) == 0;
        _weather = new SeededWeather(_random.Next(), breaks: _random.Next(3) == 0);
        int hosts = _random.Next(1, 4);
        // In bad weather a few bytes take minutes: nobody is to be given up for that.
        string config = Http2World.Config(
            settings: """ "header_timeout": "1800s", "stall_timeout": "1800s" """,
            route: """, "timeout": "1800s", "tunnel_idle_timeout": "1800s" """,
            hosts: hosts,
            upstream: hostsSpeak2 ? "Http2" : "Http1");
        _proxy = new ProxyWorld(config, _weather, loopCount: _random.Next(1, 3));
        _hosts = [.. Enumerable.Range(0, hosts).Select(i => _proxy.Upstream(hostsSpeak2 ? Serve2 : Serve1, i))];
        for (int i = 0; i < _random.Next(1, 8); i++)
        {
            _tunnels.Add(new Tunnel(_random, bytesMax, _breaking));
        }
        if (clientsSpeak2)
        {
            Ask2();
        }
        else
        {
            Ask1();
        }
    }

    public void Run()
    {
        bool isFine = !_breaking && _weather.BreakChance == 0;
        bool done = _proxy.Network.AdvanceUntil(() => _tunnels.TrueForAll(static tunnel => tunnel.IsOver), TimeMaxMs);
        Xunit.Assert.True(done || !isFine, "a tunnel hangs");
        foreach (Tunnel tunnel in _tunnels)
        {
            tunnel.Check(isFine);
        }
        foreach (MemoryPeer peer in _clients.Concat(_hosts.SelectMany(static host => host.Peers)))
        {
            peer.Close();
        }
        _proxy.Advance(4_000_000);
        Xunit.Assert.Empty(_proxy.Leaks());
        Xunit.Assert.Equal((0, 0), (_proxy.Count(SelfMetric.TunnelsActive), _proxy.Count(SelfMetric.BugsTotal)));
    }

    public void Dispose() => _proxy.Dispose();

    private void Ask1()
    {
        for (int i = 0; i < _tunnels.Count; i++)
        {
            Tunnel tunnel = _tunnels[i];
            MemoryPeer peer = _proxy.Client();
            _clients.Add(peer);
            Http1End client = new(peer, tunnel.Up, _random.Next(tunnel.Up.Length + 1), tunnel.ClientBreaks);
            tunnel.Client = client;
            peer.OnInput = _ =>
            {
                if (!client.IsOpen && client.TryTakeHead(out string head))
                {
                    tunnel.IsRefusalSeen = head.StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal);
                    if (head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
                    {
                        client.Open();
                    }
                }
            };
            client.SendFirst(
                $"GET /{i} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {i}\r\n\r\n");
        }
    }

    private void Ask2()
    {
        MemoryPeer peer = _proxy.Client();
        _clients.Add(peer);
        Http2Peer connection = new(peer);
        connection.Start();
        for (int i = 0; i < _tunnels.Count; i++)
        {
            Tunnel tunnel = _tunnels[i];
            int id = (2 * i) + 1;
            connection.SendHead(
                id, endStream: false, (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
                (":authority", "a"), (":path", $"/{i}"));
            // Before the answer, as a client may: what it says waits for the host's word.
            Http2End client = new(connection, id, tunnel.Up, tunnel.ClientBreaks);
            tunnel.Client = client;
            client.Open();
        }
    }

    private void Serve1(MemoryPeer peer)
    {
        Http1End? host = null;
        peer.OnInput = _ =>
        {
            host ??= new Http1End(peer);
            if (host.IsOpen || host.IsRefused || !host.TryTakeHead(out string head))
            {
                return;
            }
            Tunnel tunnel = _tunnels[int.Parse(head[5..head.IndexOf(' ', 5)])];
            host.Take(tunnel.Down, tunnel.HostBreaks);
            tunnel.Host = host;
            if (tunnel.IsRefused)
            {
                host.IsRefused = true;
                peer.Send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            peer.Send($"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{AcceptOf(head)}\r\n");
            host.Open();
        };
    }

    private void Serve2(MemoryPeer peer)
    {
        Http2Peer connection = new(peer, isServer: true);
        connection.Start((8, 1));
        connection.OnRequest = stream =>
        {
            Tunnel tunnel = _tunnels[int.Parse(Encoding.ASCII.GetString(stream.Request.Path[1..]))];
            Http2End host = new(connection, stream.Id, tunnel.Down, tunnel.HostBreaks);
            tunnel.Host = host;
            connection.SendHead(stream.Id, tunnel.IsRefused, (":status", tunnel.IsRefused ? "403" : "200"));
            if (tunnel.IsRefused)
            {
                host.IsRefused = true;
            }
            else
            {
                host.Open();
            }
        };
    }

    private static string AcceptOf(string head)
    {
        const string Field = "sec-websocket-key: ";
        int at = head.IndexOf(Field, StringComparison.OrdinalIgnoreCase) + Field.Length;
        Span<byte> accept = stackalloc byte[Protocols.Http1.WebSocketHandshake.AcceptLength];
        Protocols.Http1.WebSocketHandshake.WriteAccept(Encoding.ASCII.GetBytes(head[at..head.IndexOf('\r', at)]), accept);
        return $"Sec-WebSocket-Accept: {Encoding.ASCII.GetString(accept)}\r\n";
    }

    /// <summary>What one tunnel is to carry, and its two ends.</summary>
    private sealed class Tunnel
    {
        public Tunnel(Random random, int bytesMax, bool breaking)
        {
            Up = Bytes(random, bytesMax);
            Down = Bytes(random, bytesMax);
            IsRefused = random.Next(6) == 0;
            ClientBreaks = breaking && random.Next(4) == 0;
            HostBreaks = breaking && random.Next(4) == 0;
        }

        public byte[] Up { get; }

        public byte[] Down { get; }

        public bool IsRefused { get; }

        public bool ClientBreaks { get; }

        public bool HostBreaks { get; }

        /// <summary>Set by a client of HTTP/1 that has read the refusal.</summary>
        public bool IsRefusalSeen { get; set; }

        public TunnelEnd Client { get; set; } = null!;

        /// <summary>Null if no host was asked.</summary>
        public TunnelEnd? Host { get; set; }

        public bool IsOver => Client.IsOver && (Host is null || Host.IsRefused || Host.IsOver);

        public void Check(bool isFine)
        {
            if (Host is not { } host)
            {
                Xunit.Assert.False(isFine, "no host was asked");
                Xunit.Assert.True(Client.Received.IsEmpty, "words of nobody");
                return;
            }
            if (IsRefused)
            {
                Xunit.Assert.True(host.Received.IsEmpty, "a host that refused has read what was not for it");
                Xunit.Assert.True(Client.Received.IsEmpty, "words of a host that refused");
                Xunit.Assert.True(!isFine || IsRefusalSeen || Client.Status == 403, "the refusal is lost");
                return;
            }
            if (Client.Status is not (0 or 200))
            {
                Xunit.Assert.False(isFine, $"status {Client.Status} in a fine world");
                Xunit.Assert.True(Client.Received.IsEmpty, "words through a tunnel that never stood");
                return;
            }
            CheckSide(Client, host, Down, isFine);
            CheckSide(host, Client, Up, isFine);
        }

        private static void CheckSide(TunnelEnd side, TunnelEnd other, byte[] sent, bool isFine)
        {
            ReadOnlySpan<byte> received = side.Received;
            Xunit.Assert.True(sent.AsSpan().StartsWith(received), "other bytes");
            bool isWhole = received.Length == sent.Length;
            if (isFine)
            {
                Xunit.Assert.True(side.IsEnded && isWhole, $"{received.Length} of {sent.Length} bytes in a fine world");
            }
            if (side.IsEnded && !side.HasBroken && side.IsOpen && other.IsOpen)
            {
                Xunit.Assert.True(isWhole, $"{received.Length} of {sent.Length} bytes, and an end that looks whole");
            }
        }

        private static byte[] Bytes(Random random, int bytesMax)
        {
            byte[] bytes = new byte[random.Next(bytesMax + 1)];
            random.NextBytes(bytes);
            return bytes;
        }
    }
}
