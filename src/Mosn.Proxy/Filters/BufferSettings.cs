using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>Whether the bodies of requests are collected, and up to which size. Immutable.</summary>
internal sealed class BufferSettings(BufferFilterConfig config)
{
    /// <summary>Bytes; 0: bodies are not collected.</summary>
    public int BytesMax { get; } = config.Disabled ? 0 : (int)Math.Min(config.MaxRequestBytes, int.MaxValue);
}
