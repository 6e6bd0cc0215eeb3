using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Replaces the start of the path, which is what the rule matched. Immutable.</summary>
internal sealed class PrefixRewrite : IPathRewrite
{
    private const int BytesOnStack = 256;

    private readonly byte[] _matched;
    private readonly BytePattern? _pattern;
    private readonly bool _isWholePath;
    private readonly byte[] _replacement;

    private PrefixRewrite(byte[] matched, BytePattern? pattern, bool isWholePath, byte[] replacement)
    {
        _matched = matched;
        _pattern = pattern;
        _isWholePath = isWholePath;
        byte[] absolute = replacement is [(byte)'/', ..] ? replacement : [(byte)'/', .. replacement];
        byte[] encoded = new byte[RequestPath.EncodedLengthMax(absolute.Length)];
        _replacement = encoded[..RequestPath.Encode(absolute, encoded)];
    }

    /// <summary>For a rule by prefix.</summary>
    /// <param name="matched">A path that does not begin with it stays.</param>
    /// <param name="replacement">Not encoded; a missing slash at the start is put there.</param>
    public static PrefixRewrite OfPrefix(byte[] matched, byte[] replacement) => new(matched, null, false, replacement);

    /// <summary>For a rule by path, which matches in any case: the whole path is replaced.</summary>
    /// <inheritdoc cref="OfPrefix"/>
    public static PrefixRewrite OfPath(byte[] replacement) => new([], null, true, replacement);

    /// <summary>For a rule by pattern: what its first match takes at the start of the path.</summary>
    /// <inheritdoc cref="OfPrefix"/>
    public static PrefixRewrite OfPattern(BytePattern pattern, byte[] replacement) => new([], pattern, false, replacement);

    public void Apply(RequestHead request)
    {
        ReadOnlySpan<byte> path = request.Path;
        if (RequestPath.IsNormal(path))
        {
            int matched = MatchedLength(path);
            if (matched >= 0)
            {
                Replace(request, path[matched..]);
            }
            return;
        }
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        int length = RequestPath.Normalise(path, normal);
        int ofNormal = MatchedLength(normal.AsSpan(0, length));
        if (ofNormal >= 0)
        {
            ReadOnlySpan<byte> rest = normal.AsSpan(ofNormal, length - ofNormal);
            byte[] encoded = ArrayPool<byte>.Shared.Rent(RequestPath.EncodedLengthMax(rest.Length));
            Replace(request, encoded.AsSpan(0, RequestPath.Encode(rest, encoded)));
            ArrayPool<byte>.Shared.Return(encoded);
        }
        ArrayPool<byte>.Shared.Return(normal);
    }

    /// <summary>Bytes at the start of a normalised path that are to be replaced; -1: none.</summary>
    private int MatchedLength(ReadOnlySpan<byte> path)
    {
        if (_isWholePath)
        {
            return path.Length;
        }
        return _pattern?.MatchLengthAtStart(path) ?? (path.StartsWith(_matched) ? _matched.Length : -1);
    }

    private void Replace(RequestHead request, ReadOnlySpan<byte> rest)
    {
        int length = _replacement.Length + rest.Length;
        byte[]? rented = length > BytesOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> path = rented is null ? stackalloc byte[BytesOnStack] : rented;
        _replacement.CopyTo(path);
        rest.CopyTo(path[_replacement.Length..]);
        IPathRewrite.Replace(request, path[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
