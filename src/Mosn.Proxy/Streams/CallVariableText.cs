using Mosn.Protocols;
using Mosn.Proxy.Observability;
using static Mosn.Proxy.Streams.VariableText;

namespace Mosn.Proxy.Streams;

/// <summary>How the values of variables that RPC calls have are written. Allocates nothing.</summary>
internal static class CallVariableText
{
    public static void WriteCalledName(ref LogLineWriter line, StreamContext stream, bool isMethod)
    {
        bool isKnown = CalledNames.TryGet(stream, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method);
        WriteBytes(ref line, !isKnown ? default : isMethod ? method : service);
    }

    /// <summary>A frame as it was received, as far as it is here; one that was made here has no bytes to show.</summary>
    public static void WriteFrame(ref LogLineWriter line, FrameHead? frame) =>
        WriteBytes(ref line, frame?.Source is FrameBody received ? received.FrameBytes : default);

    /// <summary>As in MOSN: the id that the client gave its call; else our own.</summary>
    public static void WriteStreamId(ref LogLineWriter line, StreamContext stream) =>
        line.Write(stream.ReceivedFrame is { } frame ? (long)frame.Id : stream.StreamId);

    /// <summary>The trace that the request says it belongs to.</summary>
    public static void WriteTraceId(ref LogLineWriter line, StreamContext stream)
    {
        TraceFields.TryRead(stream.Request, out ReadOnlySpan<byte> traceId, out _);
        WriteBytes(ref line, traceId);
    }
}
