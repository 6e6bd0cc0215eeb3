using System.Buffers;
using System.IO.Compression;

namespace Mosn.Proxy.Filters;

/// <summary>Decodes a body in br (RFC 7932). Allocates the decoder and its native state for each body.</summary>
internal sealed class BrotliBodyDecoder : SpanCoder
{
    private BrotliDecoder _decoder;
    private bool _isWhole;

    public override void Release() => _decoder.Dispose();

    protected override OperationStatus Code(
        Step step, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = written = 0;
        if (step != Step.Data)
        {
            return _isWhole ? OperationStatus.Done : OperationStatus.InvalidData;
        }
        if (_isWhole)
        {
            return input.IsEmpty ? OperationStatus.Done : OperationStatus.InvalidData;
        }
        OperationStatus status = _decoder.Decompress(input, output, out consumed, out written);
        if (status == OperationStatus.Done)
        {
            _isWhole = true;
            return consumed == input.Length ? OperationStatus.Done : OperationStatus.InvalidData;
        }
        return status == OperationStatus.NeedMoreData ? OperationStatus.Done : status;
    }
}
