using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Mosn.Protocols.Http1;

/// <summary>
/// The part of WebSocket's opening handshake that HTTP/1 has and HTTP/2 has not (RFC 6455 section 4, RFC 8441 section 5): a
/// key, and the answer to it. Between two ends that both speak HTTP/1 nobody here looks at either.
/// </summary>
public static class WebSocketHandshake
{
    /// <summary>Bytes of a key as it stands in its field.</summary>
    public const int KeyLength = 24;

    /// <summary>Bytes of the answer as it stands in its field.</summary>
    public const int AcceptLength = 28;

    public static ReadOnlySpan<byte> ProtocolName => "websocket"u8;

    public static ReadOnlySpan<byte> KeyField => "sec-websocket-key"u8;

    public static ReadOnlySpan<byte> AcceptField => "sec-websocket-accept"u8;

    private static ReadOnlySpan<byte> Suffix => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Writes a key of 16 bytes.</summary>
    /// <param name="key">Exactly <see cref="KeyLength"/> bytes.</param>
    public static void WriteKey(ulong first, ulong second, Span<byte> key)
    {
        Span<byte> nonce = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce, first);
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[8..], second);
        Base64.EncodeToUtf8(nonce, key, out _, out int written);
        Check.That(written == KeyLength && key.Length == KeyLength);
    }

    /// <summary>Writes the answer to a key.</summary>
    /// <param name="key">At most 128 bytes are looked at; nobody's key is as long.</param>
    /// <param name="accept">Exactly <see cref="AcceptLength"/> bytes.</param>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 says SHA-1; it shows understanding, and guards nothing.")]
    public static void WriteAccept(ReadOnlySpan<byte> key, Span<byte> accept)
    {
        key = key[..Math.Min(key.Length, 128)];
        Span<byte> text = stackalloc byte[128 + 36];
        key.CopyTo(text);
        Suffix.CopyTo(text[key.Length..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(text[..(key.Length + Suffix.Length)], hash);
        Base64.EncodeToUtf8(hash, accept, out _, out int written);
        Check.That(written == AcceptLength && accept.Length == AcceptLength);
    }
}
