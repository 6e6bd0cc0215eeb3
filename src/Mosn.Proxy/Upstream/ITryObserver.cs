using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>How one try at a host ended.</summary>
internal enum TryResult : byte
{
    /// <summary>The head of a response came; <see cref="TryOutcome.Status"/> says which.</summary>
    Answered,

    /// <summary>No connection could be made.</summary>
    ConnectFailed,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The connection broke, or what came was not an answer.</summary>
    Broken,
}

/// <summary>One try at a host, seen from the request.</summary>
/// <param name="Status">HTTP status; 0 unless answered.</param>
/// <param name="DurationNs">Nanoseconds from the request's start at this host to its end or its response's head.</param>
internal readonly record struct TryOutcome(TryResult Result, int Status, long DurationNs)
{
    /// <summary>True if the host, and not we or the client, is to blame.</summary>
    public bool IsFailure => Result != TryResult.Answered || Status >= 500;
}

/// <summary>Hears how every try at the hosts of a cluster ended: outlier detection, balancers that learn.</summary>
internal interface ITryObserver
{
    /// <summary>A try is over. On the request's loop, for every request: does not wait, lock or allocate.</summary>
    void OnTry(Host host, EventLoop loop, in TryOutcome outcome);
}
