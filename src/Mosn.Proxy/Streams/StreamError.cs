using Mosn.Protocols.Http2;

namespace Mosn.Proxy.Streams;

/// <summary>Who is to blame for an early end. Decides log level, metric and status.</summary>
public enum ErrorSource : byte
{
    /// <summary>The client.</summary>
    Downstream,

    /// <summary>The host that was asked.</summary>
    Upstream,

    /// <summary>We.</summary>
    Proxy,
}

/// <summary>Why a stream ended early.</summary>
public enum StreamErrorKind : byte
{
    /// <summary>No virtual host or rule matched, or the route's cluster does not exist.</summary>
    NoRoute,

    /// <summary>The cluster has no host to send to.</summary>
    NoHealthyHost,

    /// <summary>A limit on connections, requests or retries is reached.</summary>
    Overflow,

    /// <summary>The connect was refused or found no way.</summary>
    ConnectFailed,

    /// <summary>The connect got no answer in time.</summary>
    ConnectTimedOut,

    /// <summary>The other side gave up the stream or its connection before the end.</summary>
    Reset,

    /// <summary>The connection ended in order, but before the message did.</summary>
    Truncated,

    /// <summary>No answer within the time for the whole exchange; of a client: its body came too slowly.</summary>
    TimedOut,

    /// <summary>No answer within the time for one try.</summary>
    TryTimedOut,

    /// <summary>The request asks for a tunnel that its route does not allow, or that the host knows nothing of.</summary>
    NoTunnel,

    /// <summary>The request is of another protocol than the one it is to be sent in, and nothing translates it.</summary>
    NoTranscoder,

    /// <summary>What came was not a message of the protocol.</summary>
    Malformed,

    /// <summary>A message is larger than a limit allows.</summary>
    TooLarge,

    /// <summary>A head or trailers are larger than the side that they are for takes. The source is the other side.</summary>
    HeadTooLarge,

    /// <summary>A filter or the process itself ended the stream.</summary>
    Terminated,
}

/// <summary>
/// Why a stream ended early. A value, not an exception: peers fail all the time, and an exception costs more than the
/// request it interrupts.
/// </summary>
/// <param name="Source">Who is to blame.</param>
/// <param name="Kind">What happened.</param>
/// <param name="SafeToRetry">True only if no byte of the request can have been acted upon.</param>
/// <param name="OnReusedConnection">
/// True if it happened on a pooled connection before a byte of the answer: the connection may have been stale, and a
/// request that may be repeated is worth a fresh one.
/// </param>
/// <param name="ResetCode">The code with which an HTTP/2 host reset the stream alone; null: it did not.</param>
public readonly record struct StreamError(
    ErrorSource Source,
    StreamErrorKind Kind,
    bool SafeToRetry = false,
    bool OnReusedConnection = false,
    Http2ErrorCode? ResetCode = null)
{
    /// <summary>HTTP status of the reply to the client, if one can still be sent.</summary>
    public int Status => Kind switch
    {
        StreamErrorKind.NoRoute => 404,
        StreamErrorKind.Overflow => 503,
        StreamErrorKind.TimedOut when Source == ErrorSource.Downstream => 408,
        StreamErrorKind.TimedOut or StreamErrorKind.TryTimedOut or StreamErrorKind.ConnectTimedOut => 504,
        StreamErrorKind.Malformed when Source == ErrorSource.Downstream => 400,
        StreamErrorKind.TooLarge when Source == ErrorSource.Downstream => 413,
        StreamErrorKind.HeadTooLarge when Source == ErrorSource.Downstream => 431,
        StreamErrorKind.NoTunnel when Source == ErrorSource.Proxy => 501,
        StreamErrorKind.NoTranscoder => 501,
        StreamErrorKind.Terminated => 500,
        _ => 502,
    };

    /// <summary>The flags that logs show for it; 0 if it has none.</summary>
    public ResponseFlags Flags => Kind switch
    {
        StreamErrorKind.TooLarge => ResponseFlags.RequestEntityTooLarge,
        _ when Source == ErrorSource.Downstream => ResponseFlags.DownStreamTerminate,
        StreamErrorKind.NoRoute => ResponseFlags.NoRouteFound,
        StreamErrorKind.NoHealthyHost => ResponseFlags.NoHealthyUpstream,
        StreamErrorKind.Overflow => ResponseFlags.UpstreamOverflow,
        StreamErrorKind.ConnectFailed or StreamErrorKind.ConnectTimedOut => ResponseFlags.UpstreamConnectionFailure,
        StreamErrorKind.TimedOut or StreamErrorKind.TryTimedOut => ResponseFlags.UpstreamRequestTimeout,
        StreamErrorKind.Reset or StreamErrorKind.Truncated => ResponseFlags.UpstreamConnectionTermination,
        StreamErrorKind.Malformed => ResponseFlags.UpstreamRemoteReset,
        StreamErrorKind.Terminated => ResponseFlags.DownStreamTerminate,
        _ => ResponseFlags.None,
    };
}
