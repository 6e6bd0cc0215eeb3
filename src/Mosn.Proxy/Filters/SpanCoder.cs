using System.Buffers;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>A coder whose coding works from one span into another.</summary>
internal abstract class SpanCoder : BodyCoder
{
    /// <summary>Less room than this is not worth a call.</summary>
    private const int RoomMin = 512;

    /// <summary>What a call of <see cref="Code"/> is for.</summary>
    protected enum Step : byte
    {
        Data,
        Flush,
        End,
    }

    public override Result Write(BufferSlice piece, BufferPool buffers, ICoderOutput output) =>
        Run(Step.Data, piece.Span, buffers, output);

    public override Result Flush(BufferPool buffers, ICoderOutput output) => Run(Step.Flush, default, buffers, output);

    public override Result End(BufferPool buffers, ICoderOutput output) => Run(Step.End, default, buffers, output);

    /// <summary>
    /// DestinationTooSmall: there is more to make; Done: all that the step is for is made; InvalidData: broken.
    /// </summary>
    protected abstract OperationStatus Code(
        Step step, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written);

    private Result Run(Step step, ReadOnlySpan<byte> input, BufferPool buffers, ICoderOutput output)
    {
        Chunk chunk = buffers.Rent();
        int start = 0;
        try
        {
            while (true)
            {
                OperationStatus status = Code(step, input, chunk.Span[start..], out int consumed, out int written);
                input = input[consumed..];
                if (written > 0 && !output.Take(new BufferSlice(chunk, start, written)))
                {
                    return Result.Stopped;
                }
                if (status != OperationStatus.DestinationTooSmall)
                {
                    return status == OperationStatus.Done ? Result.Done : Result.Broken;
                }
                start = chunk.IsExclusive ? 0 : start + written;
                if (chunk.Capacity - start < RoomMin)
                {
                    chunk.Release();
                    chunk = buffers.Rent();
                    start = 0;
                }
            }
        }
        finally
        {
            chunk.Release();
        }
    }
}
