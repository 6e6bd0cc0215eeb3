using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>One loop's connections to one host, in one protocol. All members belong to that loop's thread.</summary>
internal interface IConnectionPool
{
    /// <summary>
    /// True if a host may refuse a request after part of its body was sent, because a connection carries many at a time:
    /// who wants to send it again keeps what it sends.
    /// </summary>
    bool IsShared => false;

    /// <summary>
    /// True if each client has a connection for itself, and both end together: what failed there is not sent again elsewhere.
    /// </summary>
    bool IsBound => false;

    /// <summary>
    /// Opens a stream on a pooled or new connection. It may still be connecting: what is sent waits, and a failed connect
    /// is the stream's error. Null: <paramref name="error"/> says which limit was reached.
    /// </summary>
    IClientStream? NewStream(IStreamOwner owner, out StreamError error);

    /// <summary>As <see cref="NewStream"/>, but on a connection that cannot be stale, if there may be one.</summary>
    IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error);

    /// <summary>
    /// Queues a request that got no stream because of a bound on connections; the waiter tells its owner when there is
    /// one. False: so many wait already that this one must not.
    /// </summary>
    bool TryWait(PoolWaiter waiter) => false;

    /// <summary>Opens connections ahead of the requests that will need them, as far as the bounds allow.</summary>
    void WarmUp(int count)
    {
    }

    /// <summary>The host is gone: closes idle connections, and busy ones when their exchange is over.</summary>
    void Close();
}
