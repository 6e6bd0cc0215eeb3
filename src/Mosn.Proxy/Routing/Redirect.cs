using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Sends a client elsewhere: what is not replaced is that of the request, its query always. Immutable.</summary>
/// <param name="Scheme">Lower case; empty: that of the request.</param>
/// <param name="Host">Host with an optional port; empty: that of the request.</param>
/// <param name="Path">Absolute and encoded; empty: that of the request.</param>
internal sealed record Redirect(int Status, byte[] Scheme, byte[] Host, byte[] Path)
{
    public void Answer(RequestHead request, ResponseHead response)
    {
        response.SetStatus(Status);
        int lengthMax = checked(Scheme.Length + Host.Length + Path.Length + request.Scheme.Length
            + request.Authority.Length + RequestPath.EncodedLengthMax(request.Path.Length) + request.Query.Length + 16);
        byte[] location = ArrayPool<byte>.Shared.Rent(lengthMax);
        int length = Write(request, location);
        response.Headers.TryAdd(KnownHeaders.NameOf(KnownHeader.Location), location.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(location);
    }

    private static bool IsScheme(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> other) =>
        System.Text.Ascii.EqualsIgnoreCase(scheme, other);

    private static int Append(Span<byte> into, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(into[at..]);
        return at + text.Length;
    }

    private static int WritePath(ReadOnlySpan<byte> path, Span<byte> into)
    {
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        int written = RequestPath.Encode(normal.AsSpan(0, RequestPath.Normalise(path, normal)), into);
        ArrayPool<byte>.Shared.Return(normal);
        return written;
    }

    private int Write(RequestHead request, Span<byte> into)
    {
        int length = WriteOrigin(request, into);
        if (Path.Length > 0)
        {
            length = Append(into, length, Path);
        }
        else if (request.Path is [(byte)'/', ..])
        {
            length += WritePath(request.Path, into[length..]);
        }
        else
        {
            length = Append(into, length, "/"u8); // A request to the server as a whole.
        }
        if (!request.Query.IsEmpty)
        {
            length = Append(into, length, "?"u8);
            length = Append(into, length, request.Query);
        }
        return length;
    }

    /// <summary>Scheme and host. Without a host there is none of both: the location is then relative to the request.</summary>
    private int WriteOrigin(RequestHead request, Span<byte> into)
    {
        ReadOnlySpan<byte> host = Host.Length > 0 ? Host : request.Authority;
        if (host.IsEmpty)
        {
            return 0;
        }

        // A request in cleartext that does not say itself is one of http.
        ReadOnlySpan<byte> before = request.Scheme.IsEmpty ? "http"u8 : request.Scheme;
        ReadOnlySpan<byte> after = Scheme.Length > 0 ? Scheme : before;
        if (!IsScheme(before, after))
        {
            // A port that was right for the old scheme and is odd for the new one.
            ReadOnlySpan<byte> odd = IsScheme(after, "https"u8) ? ":80"u8 : IsScheme(after, "http"u8) ? ":443"u8 : default;
            host = !odd.IsEmpty && host.EndsWith(odd) ? host[..^odd.Length] : host;
        }
        int length = Append(into, 0, after);
        length = Append(into, length, "://"u8);
        return Append(into, length, host);
    }
}
