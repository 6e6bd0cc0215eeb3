using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Frames;

namespace Mosn.Proxy.Streams;

/// <summary>
/// A protocol that requests are spoken in. There is one object for each: two are the same if the references are.
/// </summary>
/// <param name="name">As configurations and logs name it.</param>
/// <param name="frames">Of a protocol of frames: what its frames are known by; null: it is one of HTTP.</param>
public sealed class StreamProtocol(string name, FrameReaders? frames = null)
{
    /// <summary>What configurations write for: whatever fits. No protocol has this name.</summary>
    public const string Auto = "Auto";

    private readonly byte[] _nameBytes = Encoding.UTF8.GetBytes(name);

    /// <summary>HTTP/1.1 (RFC 9112).</summary>
    public static StreamProtocol Http1 { get; } = new("Http1");

    /// <summary>HTTP/2 (RFC 9113).</summary>
    public static StreamProtocol Http2 { get; } = new("Http2");

    /// <summary>
    /// Bytes without messages: what a host gets where a tunnel ends. No configuration can name it.
    /// </summary>
    public static StreamProtocol Raw { get; } = new("");

    public string Name => name;

    /// <summary>The name as bytes, for what is written or compared while requests run.</summary>
    public ReadOnlySpan<byte> NameBytes => _nameBytes;

    /// <summary>What the frames of this protocol are known by; null: its messages are those of HTTP.</summary>
    public FrameReaders? Frames => frames;

    public override string ToString() => name;
}
