using Mosn.Protocols.Grpc;

namespace Mosn.Proxy.Routing;

/// <summary>After what a request is sent again. What a host cannot have acted upon is always worth another.</summary>
[Flags]
internal enum RetryOn
{
    None = 0,

    /// <summary>The upstream answered 500 or above.</summary>
    ServerError = 0x1,

    /// <summary>The upstream answered 502, 503 or 504.</summary>
    GatewayError = 0x2,

    /// <summary>The upstream answered with one of <see cref="RetryPolicy.StatusCodes"/>.</summary>
    StatusCodes = 0x4,

    /// <summary>The connection broke before the head of a response, or what came was not a response.</summary>
    Reset = 0x8,

    /// <summary>The upstream refused the stream without having looked at it (HTTP/2 REFUSED_STREAM, GOAWAY).</summary>
    RefusedStream = 0x10,

    /// <summary>The time of one try was up.</summary>
    TryTimeout = 0x20,

    /// <summary>The upstream ended a gRPC call with one of <see cref="RetryPolicy.GrpcStatuses"/>, before any message.</summary>
    GrpcStatuses = 0x40,
}

/// <summary>When a request is sent again, compiled from a route's configuration. Immutable.</summary>
internal sealed record RetryPolicy
{
    /// <summary>What holds without a configuration: only what cannot have had an effect is sent again.</summary>
    public static RetryPolicy Default { get; } = new();

    public RetryOn On { get; init; }

    /// <summary>Tries after the first.</summary>
    public int RetriesMax { get; init; } = 2;

    /// <summary>Milliseconds for one try; 0: none of its own.</summary>
    public long TryTimeoutMs { get; init; }

    /// <summary>Sorted.</summary>
    public int[] StatusCodes { get; init; } = [];

    /// <summary>Bit n: the gRPC status n.</summary>
    public uint GrpcStatuses { get; init; }

    /// <summary>Milliseconds. The wait before retry n is drawn from 0 to this times 2^(n-1), at most the maximum.</summary>
    public int BackoffBaseMs { get; init; } = 25;

    /// <summary>Milliseconds.</summary>
    public int BackoffMaxMs { get; init; } = 250;

    /// <summary>Bytes of a request's body that are kept for another try; a longer one is sent once.</summary>
    public int BodyBytesMax { get; init; } = 64 * 1024;

    /// <summary>
    /// Also what is not idempotent (RFC 9110 section 9.2.2) is sent again when it may have had an effect. Off unless the
    /// operator says so.
    /// </summary>
    public bool RepeatsUnsafe { get; init; }

    /// <summary>When the time of one try is up, the try goes on and a second one runs beside it; the first answer counts.</summary>
    public bool Hedges { get; init; }

    /// <summary>Whether a gRPC call that ended so is sent again.</summary>
    public bool Has(GrpcStatus status) => (uint)status < 32 && ((GrpcStatuses >> (int)status) & 1) != 0;
}
