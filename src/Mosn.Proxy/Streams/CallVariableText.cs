using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Proxy.Observability;
using static Mosn.Proxy.Streams.VariableText;

namespace Mosn.Proxy.Streams;

/// <summary>How the values of variables that RPC calls have are written. Allocates nothing.</summary>
internal static class CallVariableText
{
    /// <summary>What is called: as the client's frame says, or the call that its request was made one.</summary>
    public static void WriteCalledName(ref LogLineWriter line, StreamContext stream, bool isMethod)
    {
        ReadOnlySpan<byte> service = default;
        ReadOnlySpan<byte> method = default;
        bool isKnown = stream.ReceivedFrame is { Readers: { } readers } frame
            ? readers.TryGetNames(frame, out service, out method)
            : stream.Request.Frame is not null && SofaFields.TryGetNames(stream.Request.Headers, out service, out method);
        WriteBytes(ref line, !isKnown ? default : isMethod ? method : service);
    }

    /// <summary>A frame as it was received; one that was made here has no bytes to show.</summary>
    public static void WriteFrame(ref LogLineWriter line, FrameHead? frame) =>
        WriteBytes(ref line, frame?.Source is FrameBuffer received ? received.FrameBytes : default);

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
