using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Expressions;

/// <summary>A map that an expression looks into: the headers of a message, or the parameters of a query.</summary>
internal readonly ref struct StringMap
{
    private const int BytesOnStack = 256;

    private readonly HeaderBlock? _headers;
    private readonly ReadOnlySpan<byte> _query;

    public StringMap(HeaderBlock headers) => _headers = headers;

    public StringMap(ReadOnlySpan<byte> query) => _query = query;

    public bool Contains(ReadOnlySpan<byte> key) =>
        _headers is null ? TryFind(_query, key, out _) : _headers.TryGet(key, out _);

    /// <summary>The first value of that key; a header's name in any case, a parameter decoded.</summary>
    public bool TryGet(scoped ref Evaluation evaluation, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        bool isThere = _headers is null ? TryFind(_query, key, out value) : _headers.TryGet(key, out value);
        if (!isThere)
        {
            return evaluation.Fail(EvaluationFault.MissingKey);
        }
        if (_headers is not null || !NameValuePairs.IsEncoded(value))
        {
            return true;
        }
        if (!evaluation.TryRent(value.Length, out Span<byte> decoded))
        {
            return false;
        }
        value = decoded[..NameValuePairs.Decode(value, decoded)];
        return true;
    }

    private static bool TryFind(ReadOnlySpan<byte> query, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        while (NameValuePairs.TryTake(ref query, (byte)'&', out ReadOnlySpan<byte> name, out value))
        {
            if (NameValuePairs.IsEncoded(name) ? DecodesTo(name, key) : name.SequenceEqual(key))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    private static bool DecodesTo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> key)
    {
        if (name.Length <= BytesOnStack)
        {
            Span<byte> decoded = stackalloc byte[BytesOnStack];
            return decoded[..NameValuePairs.Decode(name, decoded)].SequenceEqual(key);
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(name.Length);
        bool isKey = rented.AsSpan(0, NameValuePairs.Decode(name, rented)).SequenceEqual(key);
        ArrayPool<byte>.Shared.Return(rented);
        return isKey;
    }
}
