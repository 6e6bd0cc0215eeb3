using Mosn.Transport;

namespace Mosn.Testing;

/// <summary>A host that a test drives, e.g. an upstream: each connection to it is a <see cref="MemoryPeer"/>.</summary>
public sealed class MemoryHost : IMemoryAcceptQueue
{
    private readonly MemoryNetwork _network;
    private readonly Action<MemoryPeer>? _onPeer;
    private readonly List<MemoryPeer> _peers = [];

    internal MemoryHost(MemoryNetwork network, TransportAddress address, Action<MemoryPeer>? onPeer)
    {
        _network = network;
        _onPeer = onPeer;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public TransportAddress Address { get; }

    /// <summary>Every connection so far, in order.</summary>
    public IReadOnlyList<MemoryPeer> Peers => _peers;

    /// <summary>Stops listening: later connects are refused. Connections live on.</summary>
    public void Close() => _network.Remove(this);

    bool IMemoryAcceptQueue.Offer(MemorySocket socket)
    {
        MemoryPeer peer = new(_network);
        peer.Attach(socket);
        _peers.Add(peer);
        _onPeer?.Invoke(peer);
        return true;
    }
}
