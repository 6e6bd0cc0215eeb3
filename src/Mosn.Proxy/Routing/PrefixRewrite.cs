using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Replaces the start of the path. Immutable.</summary>
internal sealed class PrefixRewrite : IPathRewrite
{
    private const int BytesOnStack = 256;

    private readonly byte[] _matched;
    private readonly byte[] _replacement;

    /// <param name="matched">A path that does not begin with it stays.</param>
    /// <param name="replacement">Not encoded; a missing slash at the start is put there.</param>
    public PrefixRewrite(byte[] matched, byte[] replacement)
    {
        _matched = matched;
        byte[] absolute = replacement is [(byte)'/', ..] ? replacement : [(byte)'/', .. replacement];
        byte[] encoded = new byte[RequestPath.EncodedLengthMax(absolute.Length)];
        _replacement = encoded[..RequestPath.Encode(absolute, encoded)];
    }

    public void Apply(RequestHead request)
    {
        ReadOnlySpan<byte> path = request.Path;
        if (RequestPath.IsNormal(path))
        {
            if (path.StartsWith(_matched))
            {
                Replace(request, path[_matched.Length..]);
            }
            return;
        }
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        int length = RequestPath.Normalise(path, normal);
        if (normal.AsSpan(0, length).StartsWith(_matched))
        {
            ReadOnlySpan<byte> rest = normal.AsSpan(_matched.Length, length - _matched.Length);
            byte[] encoded = ArrayPool<byte>.Shared.Rent(RequestPath.EncodedLengthMax(rest.Length));
            Replace(request, encoded.AsSpan(0, RequestPath.Encode(rest, encoded)));
            ArrayPool<byte>.Shared.Return(encoded);
        }
        ArrayPool<byte>.Shared.Return(normal);
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
