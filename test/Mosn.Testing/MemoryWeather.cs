using Mosn.Transport;

namespace Mosn.Testing;

/// <summary>
/// What a network does to the traffic on it. This base is a fine day: everything arrives whole, in order, at once.
/// </summary>
public class MemoryWeather
{
    /// <summary>Bytes that one direction of a new connection holds between a send and the read of it.</summary>
    public virtual int BufferBytes() => 64 * 1024;

    /// <summary>Bytes of a send that arrive together, from 1 to <paramref name="left"/>.</summary>
    public virtual int NextPiece(int left) => left;

    /// <summary>Nanoseconds that the next piece, end, reset or window update is under way.</summary>
    public virtual long DelayNs() => 0;

    /// <summary>The fate of a connect, unless the test has set one for the address.</summary>
    public virtual ConnectOutcome OnConnect(in TransportAddress address) => ConnectOutcome.Accepted;

    /// <summary>True if a reset arrives before bytes that were sent before it, which are then lost.</summary>
    public virtual bool ResetOvertakes() => false;

    /// <summary>
    /// True if bytes that had arrived are lost to a reader that had not read them when the reset came. Linux keeps them
    /// for the reader; other systems do not.
    /// </summary>
    public virtual bool ResetDropsUnread() => false;

    /// <summary>True if the connection breaks now, for both ends, in place of the piece that was about to arrive.</summary>
    public virtual bool BreaksNow() => false;

    /// <summary>Which of <paramref name="count"/> equals comes first: events of a turn, listeners that share an address.</summary>
    public virtual int Pick(int count) => 0;
}
