using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>A bound on the bodies of requests. Immutable.</summary>
internal sealed class PayloadLimitSettings(PayloadLimitFilterConfig config)
{
    /// <summary>Bytes; 0: no limit.</summary>
    public long BytesMax { get; } = config.BytesMax;

    /// <summary>Status of the refusal.</summary>
    public int Status { get; } = config.HttpStatus;

    public bool IsExceededBy(long bytes) => BytesMax > 0 && bytes > BytesMax;
}
