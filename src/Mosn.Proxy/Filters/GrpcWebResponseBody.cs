using System.Buffers;
using System.Buffers.Text;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// The body of a response to a gRPC-Web call: gets the trailers as its last message, and is base64 in the text form. Each
/// piece is padded, so that no message waits for the next. Pooled with its call.
/// </summary>
internal sealed class GrpcWebResponseBody : IBodyFilter
{
    private const int FrameOnStack = 512;

    /// <summary>For an upstream that ends a call without a word: what clients of gRPC make of it.</summary>
    private readonly HeaderBlock _noTrailers = new();
    private bool _isText;

    public GrpcWebResponseBody() =>
        _noTrailers.Add(KnownHeader.GrpcStatus, GrpcStatuses.TextOf(GrpcStatus.Unknown));

    public void Begin(bool isText) => _isText = isText;

    public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
    {
        if (_isText)
        {
            SendText(piece.Span, context.Loop, next);
        }
        else
        {
            next.SendBody(piece);
        }
        return FilterVerdict.Continue;
    }

    public FilterVerdict OnEnd(FilterContext context, IBodySink next)
    {
        HeaderBlock trailers = context.Stream.Trailers ?? _noTrailers;
        int lengthMax = GrpcWebTrailers.LengthMax(trailers);
        byte[]? rented = lengthMax > FrameOnStack ? ArrayPool<byte>.Shared.Rent(lengthMax) : null;
        Span<byte> room = rented ?? stackalloc byte[FrameOnStack];
        ReadOnlySpan<byte> frame = room[..GrpcWebTrailers.Write(trailers, room)];
        if (_isText)
        {
            SendText(frame, context.Loop, next);
        }
        else
        {
            next.SendBody(frame);
        }
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return FilterVerdict.Continue;
    }

    private static void SendText(ReadOnlySpan<byte> bytes, EventLoop loop, IBodySink next)
    {
        while (!bytes.IsEmpty)
        {
            Chunk chunk = loop.Buffers.Rent();
            try
            {
                int length = Math.Min(bytes.Length, chunk.Capacity / 4 * 3);
                Base64.EncodeToUtf8(bytes[..length], chunk.Span, out _, out int written);
                next.SendBody(new BufferSlice(chunk, 0, written));
                bytes = bytes[length..];
            }
            finally
            {
                chunk.Release();
            }
        }
    }
}
