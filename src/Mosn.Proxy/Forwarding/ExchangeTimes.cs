using System.Buffers.Text;
using Mosn.Protocols;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>How long a request may take.</summary>
/// <param name="TotalMs">Milliseconds for all tries together; 0: for ever.</param>
/// <param name="TryMs">Milliseconds for one try; 0: none of its own.</param>
internal readonly record struct ExchangeTimes(long TotalMs, long TryMs)
{
    /// <summary>For what must not wait for ever where the route says so.</summary>
    public const long TotalMsDefault = 60_000;

    /// <summary>The route's times; over them the request's, and over those what a filter has set. MOSN's order.</summary>
    public static ExchangeTimes Of(Route route, StreamContext stream)
    {
        long totalMs = route.TimeoutMs;
        long tryMs = route.Retry.TryTimeoutMs;
        RequestHead request = stream.Request;
        if (request.TryGetHeader(KnownHeader.XMosnGlobalTimeout, out ReadOnlySpan<byte> text) && TryParseMs(text, out long ms))
        {
            totalMs = ms;
        }
        if (request.TryGetHeader(KnownHeader.XMosnTryTimeout, out text) && TryParseMs(text, out ms))
        {
            tryMs = ms;
        }
        if (stream.TimeoutMs is { } setMs)
        {
            totalMs = setMs == 0 ? TotalMsDefault : Math.Max(0, setMs);
        }
        tryMs = Math.Max(0, stream.TryTimeoutMs ?? tryMs);
        return new ExchangeTimes(totalMs, totalMs > 0 && tryMs >= totalMs ? 0 : tryMs);
    }

    /// <summary>Only a positive number counts: a client may shorten its wait or prolong it, but not wait for ever.</summary>
    private static bool TryParseMs(ReadOnlySpan<byte> text, out long ms) =>
        Utf8Parser.TryParse(text, out ms, out int length) && length == text.Length && ms is > 0 and < int.MaxValue;
}
