using Mosn.Protocols;
using Mosn.Protocols.Bolt;

namespace Mosn.Proxy.Streams;

/// <summary>
/// What tracers know a request by, as it travels in the request's fields under the names of SOFATracer, of which HTTP and
/// RPC protocols have different ones. For filters that trace; the other fields of RPC calls are in <see cref="SofaFields"/>.
/// </summary>
public static class TraceFields
{
    private static ReadOnlySpan<byte> HttpTraceId => "SOFA-TraceId"u8;

    private static ReadOnlySpan<byte> HttpSpanId => "SOFA-RpcId"u8;

    /// <summary>What the request says, in the protocol that it is of now. False: nothing.</summary>
    /// <param name="spanId">Empty: it names a trace and no place in it.</param>
    public static bool TryRead(
        RequestHead request, out ReadOnlySpan<byte> traceId, out ReadOnlySpan<byte> spanId)
    {
        bool isCall = request.Frame is not null;
        HeaderBlock fields = request.Headers;
        fields.TryGet(isCall ? SofaFields.SpanId : HttpSpanId, out spanId);
        return fields.TryGet(isCall ? SofaFields.TraceId : HttpTraceId, out traceId) && !traceId.IsEmpty;
    }

    /// <summary>Makes the request say it, in the protocol that it is of now.</summary>
    /// <returns>False, and nothing changed: a text that could be no value of a field.</returns>
    public static bool TryWrite(RequestHead request, ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId)
    {
        if (!HttpSyntax.IsFieldValue(traceId) || !HttpSyntax.IsFieldValue(spanId))
        {
            return false;
        }
        bool isCall = request.Frame is not null;
        request.Headers.Set(isCall ? SofaFields.TraceId : HttpTraceId, traceId);
        request.Headers.Set(isCall ? SofaFields.SpanId : HttpSpanId, spanId);
        return true;
    }

    /// <summary>Renames what HTTP has for what RPC protocols have.</summary>
    internal static void ToCall(HeaderBlock fields)
    {
        Rename(fields, HttpTraceId, SofaFields.TraceId);
        Rename(fields, HttpSpanId, SofaFields.SpanId);
    }

    /// <summary>Renames what RPC protocols have for what HTTP has.</summary>
    internal static void ToHttp(HeaderBlock fields)
    {
        Rename(fields, SofaFields.TraceId, HttpTraceId);
        Rename(fields, SofaFields.SpanId, HttpSpanId);
    }

    private static void Rename(HeaderBlock fields, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (fields.TryGet(from, out ReadOnlySpan<byte> value))
        {
            fields.Set(to, value);
            fields.Remove(from);
        }
    }
}
