using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Mosn.Proxy.Filters;

/// <summary>Encodes bodies as zstd (RFC 8878), one after the other: pooled, and allocates nothing once it is made.</summary>
internal sealed class ZstdBodyEncoder : SpanCoder
{
    /// <summary>A window of 512 KiB; clients need not take more than 8 MiB, and memory is held for each stream.</summary>
    private const int WindowLog = 19;

    /// <summary>Tables of 512 KiB each: left alone, those of a high level take tens of mebibytes.</summary>
    private const int TableLog = 17;

    private readonly Compressor _compressor = new();
    private readonly Action<ZstdBodyEncoder> _release;

    public ZstdBodyEncoder(Action<ZstdBodyEncoder> release)
    {
        _release = release;
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, WindowLog);
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_hashLog, TableLog);
        _compressor.SetParameter(ZSTD_cParameter.ZSTD_c_chainLog, TableLog);
    }

    /// <summary>Between bodies.</summary>
    public int Level
    {
        get => _compressor.Level;
        set
        {
            if (_compressor.Level != value)
            {
                _compressor.Level = value;
            }
        }
    }

    public override void Release()
    {
        _compressor.ResetStream();
        _release(this);
    }

    protected override OperationStatus Code(
        Step step, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        return step == Step.Flush
            ? _compressor.FlushStream(output, out written)
            : _compressor.WrapStream(input, output, out consumed, out written, isFinalBlock: step == Step.End);
    }
}
