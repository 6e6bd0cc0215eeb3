using System.Text;

namespace Mosn.Protocols.Http1;

/// <summary>What <c>Upgrade</c> fields say (RFC 9110 section 7.8).</summary>
public static class Http1Upgrade
{
    /// <summary>Bytes of a protocol's name that is worth looking at.</summary>
    public const int NameBytesMax = 32;

    /// <summary>
    /// The protocol that a request asks for: WebSocket if it is among those that are offered, else the only one there is.
    /// Somebody who offers several others gets none, as everybody may ignore an offer.
    /// </summary>
    /// <param name="name">In lower case. Room for <see cref="NameBytesMax"/> bytes.</param>
    /// <returns>Bytes of the name; 0: none, or none without a version behind a slash.</returns>
    public static int ReadOffer(HeaderBlock headers, Span<byte> name)
    {
        int count = 0;
        int length = 0;
        for (int i = headers.IndexOf(KnownHeader.Upgrade); i >= 0; i = headers.IndexOf(KnownHeader.Upgrade, i + 1))
        {
            ReadOnlySpan<byte> list = headers.Value(i);
            while (Http1Connection.NextToken(ref list, out ReadOnlySpan<byte> token))
            {
                count++;
                if (Ascii.EqualsIgnoreCase(token, WebSocketHandshake.ProtocolName))
                {
                    WebSocketHandshake.ProtocolName.CopyTo(name);
                    return WebSocketHandshake.ProtocolName.Length;
                }
                length = token.Length <= NameBytesMax && HttpSyntax.IsToken(token)
                    && Ascii.ToLower(token, name, out int written) == System.Buffers.OperationStatus.Done ? written : 0;
            }
        }
        return count == 1 ? length : 0;
    }

    /// <summary>Whether a 101 agrees to just this protocol and no other.</summary>
    public static bool IsAgreed(HeaderBlock headers, ReadOnlySpan<byte> protocol)
    {
        int at = headers.IndexOf(KnownHeader.Upgrade);
        return at >= 0 && headers.IndexOf(KnownHeader.Upgrade, at + 1) < 0
            && Ascii.EqualsIgnoreCase(headers.Value(at), protocol);
    }
}
