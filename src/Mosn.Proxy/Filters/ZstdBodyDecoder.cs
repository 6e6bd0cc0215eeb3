using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Mosn.Proxy.Filters;

/// <summary>Decodes bodies in zstd (RFC 8878), one after the other: pooled, and allocates nothing once it is made.</summary>
internal sealed class ZstdBodyDecoder : SpanCoder
{
    /// <summary>8 MiB, what RFC 9659 asks of senders; a frame that needs more is refused before its memory is taken.</summary>
    private const int WindowLogMax = 23;

    private readonly Decompressor _decompressor = new();
    private readonly Action<ZstdBodyDecoder> _release;
    private bool _isWhole = true;

    /// <param name="release">Takes it back.</param>
    public ZstdBodyDecoder(Action<ZstdBodyDecoder> release)
    {
        _release = release;
        _decompressor.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, WindowLogMax);
    }

    public override void Release()
    {
        _isWhole = true;
        _decompressor.ResetStream();
        _release(this);
    }

    protected override OperationStatus Code(
        Step step, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = written = 0;
        if (step != Step.Data)
        {
            return _isWhole ? OperationStatus.Done : OperationStatus.InvalidData;
        }
        OperationStatus status;
        try
        {
            status = _decompressor.UnwrapStream(input, output, out consumed, out written);
        }
        catch (ZstdException)
        {
            return OperationStatus.InvalidData; // The library's way to say so; costs a broken request, not ours.
        }
        _isWhole = status == OperationStatus.Done;

        // Another frame may follow the one that ended.
        return status == OperationStatus.Done && consumed < input.Length ? OperationStatus.DestinationTooSmall
            : status == OperationStatus.NeedMoreData ? OperationStatus.Done
            : status;
    }
}
