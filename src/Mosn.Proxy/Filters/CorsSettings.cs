using System.Globalization;
using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>Which pages of other origins may do what: the values of the response headers, ready made. Immutable.</summary>
internal sealed class CorsSettings
{
    private readonly byte[][] _exact;
    private readonly byte[][] _suffixes;
    private readonly BytePattern[] _patterns;

    public CorsSettings(CorsFilterConfig config)
    {
        IReadOnlyList<CorsOriginConfig> origins = config.AllowOrigins;
        AllowsAll = origins.Any(static origin => origin.Exact == "*");
        _exact = Bytes(origins.Select(static origin => origin.Exact));
        _suffixes = Bytes(origins.Select(static origin => origin.Suffix));
        _patterns = [.. origins.Where(static origin => origin.Regex.Length > 0).Select(Whole)];
        IsEmpty = origins.Count == 0;
        AllowMethods = List(config.AllowMethods);
        AllowHeaders = List(config.AllowHeaders);
        ExposeHeaders = List(config.ExposeHeaders);
        MaxAge = config.MaxAge is { } age
            ? Encoding.ASCII.GetBytes(((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            : [];
        AllowCredentials = config.AllowCredentials;
    }

    public bool IsEmpty { get; }

    /// <summary>Every origin may: responses are then the same for all.</summary>
    public bool AllowsAll { get; }

    /// <summary>Ready for a header; empty: leave it out.</summary>
    public byte[] AllowMethods { get; }

    /// <inheritdoc cref="AllowMethods"/>
    public byte[] AllowHeaders { get; }

    /// <inheritdoc cref="AllowMethods"/>
    public byte[] ExposeHeaders { get; }

    /// <inheritdoc cref="AllowMethods"/>
    public byte[] MaxAge { get; }

    public bool AllowCredentials { get; }

    public bool Allows(ReadOnlySpan<byte> origin)
    {
        if (AllowsAll)
        {
            return true;
        }
        foreach (byte[] exact in _exact)
        {
            if (origin.SequenceEqual(exact))
            {
                return true;
            }
        }
        foreach (byte[] suffix in _suffixes)
        {
            if (origin.EndsWith(suffix))
            {
                return true;
            }
        }
        foreach (BytePattern pattern in _patterns)
        {
            if (pattern.IsMatch(origin))
            {
                return true;
            }
        }
        return false;
    }

    private static byte[][] Bytes(IEnumerable<string> texts) =>
        [.. texts.Where(static text => text.Length > 0).Select(Encoding.UTF8.GetBytes)];

    private static byte[] List(IReadOnlyList<string> names) => Encoding.UTF8.GetBytes(string.Join(", ", names));

    private static BytePattern Whole(CorsOriginConfig origin)
    {
        // A pattern that ends in a comment of its own, (?x)…#…, swallows what is behind it but for a new line.
        Check.That(BytePattern.TryCompile($@"\A(?:{origin.Regex})\z", out BytePattern? pattern, out _)
            || BytePattern.TryCompile($"\\A(?:{origin.Regex}\n)\\z", out pattern, out _));
        return pattern;
    }
}
