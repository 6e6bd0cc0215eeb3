using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>What a stream filter sees and may set. Pooled with its stream: not to be kept.</summary>
public sealed class FilterContext
{
    internal FilterContext(StreamContext stream) => Stream = stream;

    /// <summary>The request, and all that is known about it.</summary>
    public StreamContext Stream { get; }

    /// <summary>Status of the filter's own answer.</summary>
    public int ReplyStatus { get; set; } = 200;

    /// <summary>Body of the filter's own answer; empty: none.</summary>
    public ReadOnlyMemory<byte> ReplyBody { get; set; }

    internal void Clear()
    {
        ReplyStatus = 200;
        ReplyBody = default;
    }
}
