using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>
/// One world of relayed connections: both ends send what the seed says, end their direction or break the connection, and
/// each must see the other's bytes, all of them or a beginning that is known to be one.
/// </summary>
internal sealed class TcpSimulation : IDisposable
{
    private const long TimeMaxMs = 12 * 60 * 60 * 1000;

    private readonly Random _random;
    private readonly SeededWeather _weather;
    private readonly ProxyWorld _proxy;
    private readonly List<Side> _clients = [];
    private readonly Dictionary<byte, Side> _hosts = [];
    private readonly bool _breaking;
    private readonly int _bytesMax;

    public TcpSimulation(int seed)
    {
        _random = new Random(seed);
        _breaking = _random.Next(3) == 0;
        _bytesMax = _random.Next(3) switch { 0 => 10, 1 => 3_000, _ => 60_000 };
        _weather = new SeededWeather(_random.Next(), breaks: _random.Next(3) == 0);
        int hosts = _random.Next(1, 4);
        _proxy = new ProxyWorld(ProxyWorld.Tcp(hosts: hosts), _weather, loopCount: _random.Next(1, 3));
        for (int i = 0; i < hosts; i++)
        {
            // The first byte of a client is its number: it tells the host which bytes to send and to expect.
            _proxy.Upstream(peer => peer.OnInput = OnHostInput, i);
        }
        for (byte i = 0; i < _random.Next(1, 8); i++)
        {
            Side client = new(_random, _bytesMax, _breaking, number: i);
            Side host = new(_random, _bytesMax, _breaking, number: null);
            _clients.Add(client);
            _hosts.Add(i, host);
            client.Begin(_proxy.Client());
        }
    }

    public void Run()
    {
        bool fine = !_breaking && _weather.BreakChance == 0;
        bool done = _proxy.Network.AdvanceUntil(
            () => _clients.TrueForAll(client => client.IsOver)
                && _hosts.Values.All(host => host.Peer is null || host.IsOver),
            TimeMaxMs);
        Xunit.Assert.True(done || !fine, "a session hangs");
        for (byte i = 0; i < _clients.Count; i++)
        {
            _clients[i].Check(_hosts[i], fine);
            _hosts[i].Check(_clients[i], fine);
        }
        foreach (Side side in _clients.Concat(_hosts.Values))
        {
            side.Peer?.Close();
        }
        _proxy.Advance(4_000_000);
        Xunit.Assert.Empty(_proxy.Leaks());
    }

    public void Dispose() => _proxy.Dispose();

    private void OnHostInput(MemoryPeer peer)
    {
        if (peer.Tag is null && peer.ReceivedTotal > 0)
        {
            Side host = _hosts[peer.Received[0]];
            peer.Tag = host;
            host.Begin(peer);
        }
        (peer.Tag as Side)?.OnInput();
        if (peer.Tag is null && peer.IsOver)
        {
            peer.Close();
        }
    }

    /// <summary>One end of a session.</summary>
    private sealed class Side
    {
        private readonly byte[] _bytes;
        private readonly int _breaksAt;

        public Side(Random random, int bytesMax, bool breaking, byte? number)
        {
            byte[] body = new byte[random.Next(bytesMax + 1)];
            random.NextBytes(body);
            _bytes = number is { } first ? [first, .. body] : body;
            _breaksAt = breaking && random.Next(4) == 0 ? random.Next(bytesMax) : -1;
        }

        public MemoryPeer? Peer { get; private set; }

        public bool IsOver => Peer is { } peer && peer.IsOver;

        public bool HasBroken { get; private set; }

        public void Begin(MemoryPeer peer)
        {
            Peer = peer;
            peer.OnInput ??= _ => OnInput();
            peer.Send(_bytes);
            peer.SendEnd();
        }

        public void OnInput()
        {
            if (_breaksAt >= 0 && !HasBroken && Peer!.ReceivedTotal >= _breaksAt)
            {
                HasBroken = true;
                Peer.Reset();
            }
        }

        /// <summary>What came is a beginning of what the other sent; with an orderly end, it is everything.</summary>
        public void Check(Side other, bool fine)
        {
            if (Peer is not { } peer)
            {
                Xunit.Assert.False(fine);
                return;
            }
            ReadOnlySpan<byte> sent = other._bytes;
            Xunit.Assert.True(peer.ReceivedTotal <= sent.Length && sent.StartsWith(peer.Received), "other bytes");
            if (fine)
            {
                Xunit.Assert.True(
                    peer.InputEnded && peer.ReceivedTotal == sent.Length,
                    $"{peer.ReceivedTotal} of {sent.Length} bytes in a fine world, "
                    + $"end {peer.InputEnded}, error {peer.Error}, {peer.SentTotal} of {_bytes.Length} sent");
            }
            if (peer.InputEnded && !HasBroken && other.Peer is { WasConnected: true })
            {
                Xunit.Assert.True(peer.ReceivedTotal == sent.Length, "an end that looks whole and is not");
            }
        }
    }
}
