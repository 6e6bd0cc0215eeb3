using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>One loop's coders, and a bound on how many are in use. What can be used again is kept.</summary>
internal sealed class CoderPool
{
    /// <summary>Coders kept of each kind: each holds about a mebibyte.</summary>
    private const int KeptMax = 8;

    private readonly ObjectPool<ZstdBodyEncoder> _zstdEncoders;
    private readonly ObjectPool<ZstdBodyDecoder> _zstdDecoders;
    private int _inUse;

    public CoderPool()
    {
        _zstdEncoders = new(() => new ZstdBodyEncoder(coder => _zstdEncoders!.Return(coder)), KeptMax);
        _zstdDecoders = new(() => new ZstdBodyDecoder(coder => _zstdDecoders!.Return(coder)), KeptMax);
    }

    /// <summary>Null: as many as allowed are in use.</summary>
    /// <param name="inUseMax">Encoders and decoders of this pool together.</param>
    public BodyCoder? RentEncoder(ContentCoding coding, GzipSettings settings, int inUseMax)
    {
        if (_inUse >= inUseMax)
        {
            return null;
        }
        _inUse++;
        switch (coding)
        {
            case ContentCoding.Brotli:
                return new BrotliBodyEncoder(settings.BrotliQuality);
            case ContentCoding.Zstd:
                ZstdBodyEncoder zstd = _zstdEncoders.Rent();
                zstd.Level = settings.ZstdLevel;
                return zstd;
            default:
                Check.That(coding == ContentCoding.Gzip);
                return new GzipBodyEncoder(settings.Level);
        }
    }

    /// <inheritdoc cref="RentEncoder"/>
    public BodyCoder? RentDecoder(ContentCoding coding, int inUseMax)
    {
        if (_inUse >= inUseMax)
        {
            return null;
        }
        _inUse++;
        switch (coding)
        {
            case ContentCoding.Brotli:
                return new BrotliBodyDecoder();
            case ContentCoding.Zstd:
                return _zstdDecoders.Rent();
            default:
                Check.That(coding == ContentCoding.Gzip);
                return new GzipBodyDecoder();
        }
    }

    public void Return(BodyCoder coder)
    {
        _inUse--;
        coder.Release();
    }
}
