using Mosn.Protocols;

namespace Mosn.Proxy.Forwarding;

/// <summary>What may be done twice.</summary>
internal static class MethodSafety
{
    /// <summary>
    /// True for methods whose effect is the same however often they are sent (RFC 9110 section 9.2.2): those alone may be
    /// repeated when it is unknown whether the first try had an effect.
    /// </summary>
    public static bool IsIdempotent(this KnownMethod method) => method is
        KnownMethod.Get or KnownMethod.Head or KnownMethod.Options or KnownMethod.Trace
        or KnownMethod.Put or KnownMethod.Delete;
}
