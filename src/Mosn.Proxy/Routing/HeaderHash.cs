using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Requests with the same value of a header go to the same host.</summary>
/// <param name="key">As configured: its case is part of what is hashed.</param>
internal sealed class HeaderHash(byte[] key) : HashPolicy
{
    public override ulong? HashOf(StreamContext stream) =>
        stream.Request.TryGetHeader(key, out ReadOnlySpan<byte> value) ? Hash(key, (byte)':', value) : null;
}
