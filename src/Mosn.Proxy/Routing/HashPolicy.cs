using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// What consistent hashing is computed from. The numbers are MOSN's, so that both send the same client to the same host.
/// Immutable but for what each loop keeps for itself.
/// </summary>
internal abstract class HashPolicy
{
    private const int BytesOnStack = 256;

    /// <summary>The key of MOSN's router (pkg/router, hash of a route).</summary>
    private static SipHash Sip => new(0xBEEF_CAFE_BABE_DEAD, 0);

    /// <summary>On the request's loop, for each pick; null: the request lacks what the policy names.</summary>
    public abstract ulong? HashOf(StreamContext stream);

    /// <summary>Tells the client what its next request must bring, if that is not there yet. Once for each response.</summary>
    public virtual void AddTo(ResponseHead response, StreamContext stream)
    {
    }

    protected static ulong Hash(ReadOnlySpan<byte> text) => Sip.Hash(text);

    /// <summary>Of name, separator and value, one after the other.</summary>
    protected static ulong Hash(ReadOnlySpan<byte> name, byte separator, ReadOnlySpan<byte> value)
    {
        int length = name.Length + 1 + value.Length;
        byte[]? rented = length > BytesOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> text = rented is null ? stackalloc byte[BytesOnStack] : rented;
        name.CopyTo(text);
        text[name.Length] = separator;
        value.CopyTo(text[(name.Length + 1)..]);
        ulong hash = Hash(text[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return hash;
    }
}
