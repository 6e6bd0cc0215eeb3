using System.Buffers;
using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Routing;

/// <summary>How a rule looks at the path.</summary>
internal enum PathMatch : byte
{
    /// <summary>Not at all: the headers decide.</summary>
    None,
    Prefix,

    /// <summary>The whole path, in any case.</summary>
    Exact,
    Pattern,

    /// <summary>The rule is of a kind that this version cannot judge, so it takes nothing.</summary>
    Never,
}

/// <summary>Which requests a route takes. Immutable.</summary>
/// <param name="Text">Prefix or path, as UTF-8; empty for the other kinds.</param>
/// <param name="Pattern">Given for <see cref="PathMatch.Pattern"/> only.</param>
/// <param name="Headers">All must hold.</param>
internal sealed record RouteRule(
    PathMatch Match, byte[] Text, BytePattern? Pattern, HeaderCondition[] Headers, Route Route)
{
    private readonly string? _wideText = Ascii.IsValid(Text) ? null : Encoding.UTF8.GetString(Text);

    /// <param name="path">The request's path, normalised; empty if it has none.</param>
    public bool Takes(RequestHead request, ReadOnlySpan<byte> path) => TakesPath(path) && TakesHeaders(request);

    private bool TakesPath(ReadOnlySpan<byte> path) => Match switch
    {
        PathMatch.Prefix => !path.IsEmpty && path.StartsWith(Text),
        PathMatch.Exact => _wideText is null ? Ascii.EqualsIgnoreCase(path, Text) : EqualsWide(path, _wideText),
        PathMatch.Pattern => Pattern!.IsMatch(path),
        PathMatch.None => true,
        _ => false,
    };

    private bool TakesHeaders(RequestHead request)
    {
        foreach (HeaderCondition condition in Headers)
        {
            if (!condition.Holds(request))
            {
                return false;
            }
        }
        return true;
    }

    private static bool EqualsWide(ReadOnlySpan<byte> path, string text)
    {
        // No case mapping changes how many UTF-16 units a letter has, and each unit is at most three bytes.
        if (path.Length > 3 * text.Length)
        {
            return false;
        }
        char[] rented = ArrayPool<char>.Shared.Rent(path.Length);
        Span<char> chars = rented.AsSpan(0, Encoding.UTF8.GetChars(path, rented));
        bool isEqual = text.AsSpan().Equals(chars, StringComparison.OrdinalIgnoreCase);
        ArrayPool<char>.Shared.Return(rented);
        return isEqual;
    }
}
