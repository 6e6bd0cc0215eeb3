using System.Buffers;
using System.Text;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>How a rule looks at the path.</summary>
internal enum PathMatch : byte
{
    /// <summary>Not at all: the conditions decide.</summary>
    None,
    Prefix,

    /// <summary>The whole path, in any case.</summary>
    Exact,
    Pattern,
}

/// <summary>Which requests one route takes. Immutable.</summary>
/// <param name="Text">Prefix or path, as UTF-8; empty for the other kinds.</param>
/// <param name="Pattern">Given for <see cref="PathMatch.Pattern"/> only.</param>
/// <param name="Conditions">All must hold.</param>
internal sealed record RouteRule(
    PathMatch Match, byte[] Text, BytePattern? Pattern, RouteCondition[] Conditions)
{
    private readonly string? _wideText = Ascii.IsValid(Text) ? null : Encoding.UTF8.GetString(Text);

    /// <summary>True if upper and lower case are compared beyond ASCII, which no index does.</summary>
    public bool IsWide => _wideText is not null;

    /// <param name="path">The request's path, normalised; empty if it has none.</param>
    public bool Takes(StreamContext stream, ReadOnlySpan<byte> path) => TakesPath(path) && HoldsFor(stream);

    /// <summary>Whether the conditions hold, whatever the path.</summary>
    public bool HoldsFor(StreamContext stream)
    {
        foreach (RouteCondition condition in Conditions)
        {
            if (!condition.Holds(stream))
            {
                return false;
            }
        }
        return true;
    }

    private bool TakesPath(ReadOnlySpan<byte> path) => Match switch
    {
        PathMatch.Prefix => !path.IsEmpty && path.StartsWith(Text),
        PathMatch.Exact => _wideText is null ? Ascii.EqualsIgnoreCase(path, Text) : EqualsWide(path, _wideText),
        PathMatch.Pattern => Pattern!.IsMatch(path),
        _ => true,
    };

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
