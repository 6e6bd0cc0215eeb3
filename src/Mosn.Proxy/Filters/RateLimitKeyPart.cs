using System.Buffers;
using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// A part of the key of a rate limit. What a request lacks counts as empty: leaving a header out is no way around the limit.
/// </summary>
internal sealed record RateLimitKeyPart(RateLimitKeyType Type, byte[] Name, VariableWriter<StreamContext>? Variable)
{
    /// <summary>Bytes of a variable that count.</summary>
    private const int VariableLengthMax = 512;

    public static RateLimitKeyPart Compile(RateLimitKeyConfig key) => new(
        key.Type,
        Encoding.UTF8.GetBytes(key.Name.ToLowerInvariant()),
        key.Type == RateLimitKeyType.Variable ? StreamVariables.Find(key.Name) : null);

    public ulong HashOf(StreamContext stream, SipHash hash, LoopLocal<LogClock> clocks)
    {
        switch (Type)
        {
            case RateLimitKeyType.SourceIp:
                Span<byte> peer = stackalloc byte[16];
                return hash.Hash(peer[..PeerOf(stream, peer)]);
            case RateLimitKeyType.Path:
                return HashOf(stream.Request.Path, hash);
            case RateLimitKeyType.Header:
                stream.Request.Headers.TryGet(Name, out ReadOnlySpan<byte> value);
                return hash.Hash(value);
            default:
                Span<byte> text = stackalloc byte[VariableLengthMax];
                LogLineWriter line = new(text, clocks.On(stream.Loop));
                Variable?.Invoke(stream, ref line);
                return hash.Hash(text[..line.Length]);
        }
    }

    /// <summary>Nothing for a Unix socket: all of its clients are one.</summary>
    private static int PeerOf(StreamContext stream, Span<byte> into)
    {
        TransportAddress peer = stream.Downstream.Connection.RemoteAddress;
        return peer.Kind is AddressKind.IPv4 or AddressKind.IPv6 ? peer.WriteBytes(into) : 0;
    }

    /// <summary>As routes see it: another spelling of a path is no other path.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> path, SipHash hash)
    {
        if (RequestPath.IsNormal(path))
        {
            return hash.Hash(path);
        }
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        ulong result = hash.Hash(normal.AsSpan(0, RequestPath.Normalise(path, normal)));
        ArrayPool<byte>.Shared.Return(normal);
        return result;
    }
}
