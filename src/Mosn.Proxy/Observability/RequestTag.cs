namespace Mosn.Proxy.Observability;

/// <summary>
/// What MOSN puts before a message about one request: <c>[connection,upstream connection,trace]</c>, a dash for
/// what is unknown. Put it first in the message: <c>"{Tag} text"</c>.
/// </summary>
internal readonly record struct RequestTag(ulong? ConnectionId, ulong? UpstreamConnectionId, string? TraceId)
{
    public override string ToString() => $"[{OrDash(ConnectionId)},{OrDash(UpstreamConnectionId)},{TraceId ?? "-"}]";

    private static string OrDash(ulong? id) => id?.ToString() ?? "-";
}
