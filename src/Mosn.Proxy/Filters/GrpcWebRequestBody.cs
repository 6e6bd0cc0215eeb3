using Mosn.Protocols.Grpc;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>The body of a gRPC-Web call in its text form: base64 on its way to the upstream. Pooled with its call.</summary>
internal sealed class GrpcWebRequestBody : IBodyFilter
{
    private GrpcWebTextReader _reader;

    /// <summary>True if it was not base64.</summary>
    public bool IsRefused { get; private set; }

    public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
    {
        ReadOnlySpan<byte> input = piece.Span;
        while (!input.IsEmpty)
        {
            Chunk chunk = context.Loop.Buffers.Rent();
            try
            {
                if (!_reader.TryRead(ref input, chunk.Span, out int length))
                {
                    return Refuse(context);
                }
                next.SendBody(new BufferSlice(chunk, 0, length));
            }
            finally
            {
                chunk.Release();
            }
        }
        return FilterVerdict.Continue;
    }

    public FilterVerdict OnEnd(FilterContext context, IBodySink next) =>
        _reader.IsWhole ? FilterVerdict.Continue : Refuse(context);

    public void Clear()
    {
        _reader = default;
        IsRefused = false;
    }

    private FilterVerdict Refuse(FilterContext context)
    {
        IsRefused = true;
        return RequestBodies.Refuse(context, 400, ResponseFlags.None);
    }
}
