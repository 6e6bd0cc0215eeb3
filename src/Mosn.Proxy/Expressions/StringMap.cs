using Mosn.Protocols;

namespace Mosn.Proxy.Expressions;

/// <summary>A map that an expression looks into: the headers of a message, or the parameters of a query.</summary>
internal readonly ref struct StringMap
{
    private readonly HeaderBlock? _headers;
    private readonly ReadOnlySpan<byte> _query;

    public StringMap(HeaderBlock headers) => _headers = headers;

    public StringMap(ReadOnlySpan<byte> query) => _query = query;

    public bool Contains(ReadOnlySpan<byte> key) =>
        _headers is null ? QueryText.TryFind(_query, key, out _) : _headers.TryGet(key, out _);

    /// <summary>The first value of that key; a header's name in any case.</summary>
    public bool TryGet(scoped ref Evaluation evaluation, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        bool isThere = _headers is null
            ? QueryText.TryFind(_query, key, out value)
            : _headers.TryGet(key, out value);
        if (!isThere)
        {
            return evaluation.Fail(EvaluationFault.MissingKey);
        }
        if (_headers is not null || !QueryText.IsEncoded(value))
        {
            return true;
        }
        if (!evaluation.TryRent(value.Length, out Span<byte> decoded))
        {
            return false;
        }
        value = decoded[..QueryText.Decode(value, decoded)];
        return true;
    }
}
