using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Testing;

/// <summary>A listener of a loop in memory. Several may share an address, as with SO_REUSEPORT.</summary>
internal sealed class MemoryListener(MemoryLoop loop, TransportAddress address, int backlog, IAcceptor acceptor)
    : ITransportListener, IMemoryHandler, IMemoryAcceptQueue
{
    private const int AcceptsMax = 64;

    private readonly Queue<MemorySocket> _waiting = new();
    private bool _closed;

    public TransportAddress Address => address;

    bool IMemoryHandler.IsQueued { get; set; }

    public ITransportListener ShareWith(EventLoop other, IAcceptor acceptor)
    {
        MemoryListener listener = new((MemoryLoop)other, address, backlog, acceptor);
        loop.Network.Add(listener);
        return listener;
    }

    public void Close()
    {
        if (_closed)
        {
            return;
        }
        _closed = true;
        loop.Network.Remove(this);
        // The kernel resets what waited.
        while (_waiting.TryDequeue(out MemorySocket? socket))
        {
            socket.Close(CloseMode.Reset);
        }
    }

    bool IMemoryAcceptQueue.Offer(MemorySocket socket)
    {
        if (_waiting.Count >= backlog)
        {
            return false;
        }
        _waiting.Enqueue(socket);
        loop.Enqueue(this);
        return true;
    }

    void IMemoryHandler.OnEvents()
    {
        for (int i = 0; i < AcceptsMax && !_closed && _waiting.TryDequeue(out MemorySocket? socket); i++)
        {
            MemoryTransport transport = new(loop, socket, events: null);
            loop.Network.OpenTransports++;
            acceptor.OnAccepted(transport);
            // Registering a socket tells of what is there already.
            ((IMemorySocketOwner)transport).OnEdge();
        }
        if (!_closed && _waiting.Count > 0)
        {
            loop.Enqueue(this);
        }
    }

    void IMemoryHandler.Abort(Exception exception) => loop.ReportBug(exception);
}

/// <summary>Takes connections for an address: a listener of a loop, or a host driven by the test.</summary>
internal interface IMemoryAcceptQueue
{
    TransportAddress Address { get; }

    /// <summary>False if the backlog is full; the connect then gets no answer.</summary>
    bool Offer(MemorySocket socket);
}
