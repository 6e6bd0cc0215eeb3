using System.Text;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>How a request of HTTP becomes a call of an RPC protocol, or the other way round. Immutable.</summary>
internal sealed class TranscodingSettings(TranscodingConfig config)
{
    public byte[] ContentClass { get; } = Encoding.UTF8.GetBytes(config.ContentClass);

    public byte Serialization { get; } = (byte)config.Codec;

    public bool IsOneWay { get; } = config.OneWay;

    public byte[] Method { get; } = Encoding.ASCII.GetBytes(config.Method);

    /// <summary>Empty: the call's own, or that of what is called.</summary>
    public byte[] Path { get; } = Encoding.ASCII.GetBytes(config.Path);

    /// <summary>Bytes of a body that is collected to become a frame.</summary>
    public long BodyBytesMax { get; } = config.MaxBodySize;
}
