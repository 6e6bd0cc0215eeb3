using System.Buffers.Binary;
using Mosn.Proxy.Streams;
using Mosn.Transport;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Requests from the same address go to the same host: an IPv4 address is its own hash, of an IPv6 address the last four
/// bytes are, as in MOSN.
/// </summary>
internal sealed class SourceAddressHash : HashPolicy
{
    private const int TextLengthMax = 128;

    public override ulong? HashOf(StreamContext stream) => HashOf(stream.Downstream.Connection.RemoteAddress);

    /// <summary>The hash of a client's address; null: it has none.</summary>
    public static ulong? HashOf(in TransportAddress address)
    {
        Span<byte> bytes = stackalloc byte[TextLengthMax];
        switch (address.Kind)
        {
            case AddressKind.IPv4 or AddressKind.IPv6:
                int length = address.WriteBytes(bytes);
                return BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - sizeof(uint))..]);
            case AddressKind.Unix:
                return Hash(bytes[..address.Format(bytes)]);
            default:
                return null;
        }
    }
}
