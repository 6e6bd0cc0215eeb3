using System.Buffers;
using System.IO.Compression;

namespace Mosn.Proxy.Filters;

/// <summary>Encodes a body as br (RFC 7932). Allocates the encoder and its native state for each body.</summary>
internal sealed class BrotliBodyEncoder(int quality) : SpanCoder
{
    /// <summary>A window of 256 KiB: larger ones cost memory for each stream and gain little on what proxies compress.</summary>
    private const int WindowBits = 18;

    private BrotliEncoder _encoder = new(quality, WindowBits);

    public override void Release() => _encoder.Dispose();

    protected override OperationStatus Code(
        Step step, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        return step == Step.Flush
            ? _encoder.Flush(output, out written)
            : _encoder.Compress(input, output, out consumed, out written, isFinalBlock: step == Step.End);
    }
}
