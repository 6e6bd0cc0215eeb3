using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>Which bodies are decoded, and how large they may become. Immutable.</summary>
internal sealed class DecompressSettings(DecompressFilterConfig config)
{
    /// <summary>The ratio does not count before: a few bytes of zeros are no attack.</summary>
    private const long RatioFromBytes = 1024 * 1024;

    private readonly ContentCoding[] _codings = ContentCodings.Compile(config.Encodings);

    /// <summary>Bodies that one loop decodes at a time.</summary>
    public int StreamsMax { get; } = config.MaxStreams;

    public bool Takes(ContentCoding coding) => coding != ContentCoding.None && Array.IndexOf(_codings, coding) >= 0;

    /// <summary>Whether a body of so many bytes has become too large.</summary>
    public bool IsExceededBy(long bytesIn, long bytesOut) =>
        bytesOut > config.MaxBytes || (bytesOut > RatioFromBytes && bytesOut / config.MaxRatio > bytesIn);
}
