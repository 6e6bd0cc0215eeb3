namespace Mosn.Proxy.Streams;

/// <summary>
/// Bytes of answers that are kept so that others need not wait behind them on the same connection. Belongs to one loop.
/// </summary>
/// <param name="bytesMax">Bytes that may be kept at a time.</param>
internal sealed class FrameBudget(int bytesMax)
{
    /// <summary>Bytes that are kept.</summary>
    public int Used { get; private set; }

    /// <summary>False, and nothing is taken: it would be more than there may be.</summary>
    public bool TryTake(int bytes)
    {
        bool isRoom = bytes <= bytesMax - Used;
        Used += isRoom ? bytes : 0;
        return isRoom;
    }

    public void Return(int bytes)
    {
        Used -= bytes;
        Check.That(Used >= 0);
    }
}
