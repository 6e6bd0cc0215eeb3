namespace Mosn.Transport.Loops;

/// <summary>
/// Called by a loop, and the place where a bug stops: when an exception of ours comes back to the loop through it, it
/// ends what it owns, and everything else goes on.
/// </summary>
public interface IBugBoundary
{
    /// <summary>The state here can no longer be trusted. The bug itself is already told of.</summary>
    void OnBug();
}
