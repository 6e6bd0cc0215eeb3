using Mosn.Protocols;

namespace Mosn.Proxy.Routing;

/// <summary>What one header of a request must be. Exactly one of value and pattern is given. Immutable.</summary>
/// <param name="Name">Lower case; empty: the method is looked at.</param>
/// <param name="Value">The whole value.</param>
/// <param name="Pattern">Must be found in the value.</param>
/// <param name="IsNonEmptyEnough">Any value that is not empty will do.</param>
internal sealed record HeaderCondition(
    byte[] Name, byte[] Value, BytePattern? Pattern = null, bool IsNonEmptyEnough = false)
{
    private readonly KnownHeader _known = KnownHeaders.Of(Name);

    public bool Holds(RequestHead request)
    {
        if (Name.Length == 0)
        {
            return request.Method.SequenceEqual(Value);
        }
        if (!TryGet(request.Headers, out ReadOnlySpan<byte> value))
        {
            return false;
        }
        if (IsNonEmptyEnough)
        {
            return !value.IsEmpty;
        }
        return Pattern is null ? value.SequenceEqual(Value) : Pattern.IsMatch(value);
    }

    private bool TryGet(HeaderBlock headers, out ReadOnlySpan<byte> value) =>
        _known == KnownHeader.None ? headers.TryGet(Name, out value) : headers.TryGet(_known, out value);
}
