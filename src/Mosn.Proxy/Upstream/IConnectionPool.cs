using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>One loop's connections to one host. All members belong to that loop's thread.</summary>
internal interface IConnectionPool
{
    /// <summary>
    /// Opens a stream on a pooled or new connection. It may still be connecting: what is sent waits, and a failed connect
    /// is the stream's error. Null: <paramref name="error"/> says which limit was reached.
    /// </summary>
    IClientStream? NewStream(IStreamOwner owner, out StreamError error);

    /// <summary>As <see cref="NewStream"/>, but never on a connection that was used before: it might be stale, too.</summary>
    IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error);

    /// <summary>The host is gone: closes idle connections, and busy ones when their exchange is over.</summary>
    void Close();
}
