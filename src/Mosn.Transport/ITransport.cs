using Mosn.Transport.Buffers;

namespace Mosn.Transport;

/// <summary>
/// One byte stream to a peer: TCP, Unix socket, memory, later TLS over any of them. Used on its loop's thread only; no
/// call blocks.
/// </summary>
public interface ITransport
{
    /// <summary>The address of our end.</summary>
    TransportAddress LocalAddress { get; }

    /// <summary>The peer's address; of kind None for an unnamed Unix socket.</summary>
    TransportAddress RemoteAddress { get; }

    /// <summary>False when a read is known to find nothing: wait for <see cref="ITransportEvents.OnReadable"/>.</summary>
    bool MayRead { get; }

    /// <summary>
    /// Where the peer meant to go before a NAT rule of this machine sent it here (REDIRECT, DNAT); of kind None if no rule
    /// did. A system call: ask once.
    /// </summary>
    TransportAddress FindOriginalDestination() => default;

    /// <summary>The protocol that a TLS handshake has settled (ALPN, RFC 7301); empty: none, or no TLS.</summary>
    string ApplicationProtocol => "";

    /// <summary>Sets who hears of events. They are edge-triggered: act until <see cref="IoStatus.WouldBlock"/>.</summary>
    void SetEvents(ITransportEvents events);

    /// <summary>Reads what is there.</summary>
    IoResult Read(Span<byte> into);

    /// <summary>Sends from the front of <paramref name="output"/>, as much as goes, and drops it from there.</summary>
    /// <returns>
    /// Done: all was sent. WouldBlock: some remains, and OnWritable follows. Failed: nothing more can be sent; what the
    /// peer had sent before may still be read.
    /// </returns>
    IoResult Flush(OutputQueue output);

    /// <summary>Sends the end of our stream; reading goes on.</summary>
    void ShutdownWrite();

    /// <summary>Ends the transport; no event follows. A second call does nothing.</summary>
    void Close(CloseMode mode);
}

/// <summary>Hears of a transport's events, on its loop.</summary>
public interface ITransportEvents
{
    /// <summary>There may be bytes, an end or an error to read.</summary>
    void OnReadable();

    /// <summary>A send that would have blocked may go on.</summary>
    void OnWritable();

    /// <summary>A connect ended.</summary>
    /// <param name="error">0, or the system's error number; the owner then closes the transport.</param>
    void OnConnected(int error);
}

/// <summary>A listening socket on one loop.</summary>
public interface ITransportListener
{
    /// <summary>The bound address: tells the port when 0 was asked for.</summary>
    TransportAddress Address { get; }

    /// <summary>
    /// Accepts from the same socket on another loop, too: for Unix sockets, which cannot be bound once for each loop.
    /// </summary>
    ITransportListener ShareWith(Loops.EventLoop other, IAcceptor acceptor);

    /// <summary>Stops accepting and closes. Accepted transports live on.</summary>
    void Close();
}

/// <summary>Takes what a listener accepts, on the listener's loop.</summary>
public interface IAcceptor
{
    /// <summary>A peer connected. The acceptor owns <paramref name="transport"/>.</summary>
    void OnAccepted(ITransport transport);

    /// <summary>The system refused to give a connection (out of descriptors or memory); it was shed or must wait.</summary>
    void OnAcceptFailed(int error);
}
