using System.Buffers.Text;
using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Streams;
using Mosn.Transport;

namespace Mosn.Proxy.Expressions;

/// <summary>How attributes are read off a request. None of it allocates.</summary>
internal static class Attributes
{
    public static bool Missing<T>(scoped ref Evaluation evaluation, out T value)
        where T : allows ref struct
    {
        value = default!;
        return false;
    }

    public static bool ClientIp(scoped ref Evaluation evaluation, out UInt128 value) =>
        AddressText.TryTake(evaluation.Stream.Downstream.Connection.RemoteAddress, out value);

    public static bool DestinationIp(scoped ref Evaluation evaluation, out UInt128 value) =>
        AddressText.TryTake(evaluation.Stream.UpstreamAddress, out value);

    public static bool DestinationPort(scoped ref Evaluation evaluation, out long value)
    {
        value = evaluation.Stream.UpstreamAddress.Port;
        return evaluation.Stream.UpstreamAddress.Kind is AddressKind.IPv4 or AddressKind.IPv6;
    }

    public static bool RequestTime(scoped ref Evaluation evaluation, out long value)
    {
        value = evaluation.Stream.StartUtcTicks;
        return true;
    }

    /// <summary>Now, as of the loop's turn.</summary>
    public static bool Now(scoped ref Evaluation evaluation, out long value)
    {
        value = evaluation.Stream.Loop.TurnUtcTicks;
        return true;
    }

    public static bool RequestHeaders(scoped ref Evaluation evaluation, out StringMap value)
    {
        value = new StringMap(evaluation.Stream.Request.Headers);
        return true;
    }

    public static bool ResponseHeaders(scoped ref Evaluation evaluation, out StringMap value)
    {
        ResponseHead? response = evaluation.Stream.Response;
        value = response is null ? default : new StringMap(response.Headers);
        return response is not null;
    }

    /// <summary>The number, as text.</summary>
    public static bool GrpcStatus(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (evaluation.Stream.GrpcStatus is not { } status
            || !evaluation.TryRent(11, out Span<byte> digits)
            || !Utf8Formatter.TryFormat(status, digits, out int length))
        {
            return false;
        }
        value = digits[..length];
        return true;
    }

    /// <summary>As it was sent.</summary>
    public static bool GrpcMessage(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        IsSome(VariableText.GrpcMessage(evaluation.Stream), out value);

    public static bool Method(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        IsSome(evaluation.Stream.Request.Method, out value);

    public static bool Host(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        IsSome(evaluation.Stream.Request.Authority, out value);

    public static bool Scheme(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> scheme = evaluation.Stream.Request.Scheme;
        value = scheme.IsEmpty ? "http"u8 : scheme;
        return true;
    }

    public static bool UserAgent(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        evaluation.Stream.Request.Headers.TryGet(KnownHeader.UserAgent, out value);

    public static bool Referer(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        evaluation.Stream.Request.Headers.TryGet(KnownHeader.Referer, out value);

    public static bool RequestId(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        evaluation.Stream.Request.Headers.TryGet(KnownHeader.XRequestId, out value);

    /// <summary>As routes see it: decoded, without dot segments.</summary>
    public static bool Path(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> path = evaluation.Stream.Request.Path;
        if (RequestPath.IsNormal(path))
        {
            return IsSome(path, out value);
        }
        value = default;
        if (!evaluation.TryRent(path.Length, out Span<byte> normal))
        {
            return false;
        }
        value = normal[..RequestPath.Normalise(path, normal)];
        return true;
    }

    /// <summary>The path with the query, if there is one that is not empty.</summary>
    public static bool PathAndQuery(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> query = evaluation.Stream.Request.Query;
        if (!Path(ref evaluation, out value) || query.IsEmpty)
        {
            return !value.IsEmpty;
        }
        ReadOnlySpan<byte> path = value;
        if (!evaluation.TryRent(path.Length + 1 + query.Length, out Span<byte> both))
        {
            return false;
        }
        path.CopyTo(both);
        both[path.Length] = (byte)'?';
        query.CopyTo(both[(path.Length + 1)..]);
        value = both;
        return true;
    }

    public static bool QueryParameters(scoped ref Evaluation evaluation, out StringMap value)
    {
        ReadOnlySpan<byte> query = evaluation.Stream.Request.Query;
        value = new StringMap(query);
        return !query.IsEmpty;
    }

    public static bool RequestSize(scoped ref Evaluation evaluation, out long value)
    {
        value = evaluation.Stream.BytesReceived;
        return true;
    }

    public static bool ResponseSize(scoped ref Evaluation evaluation, out long value)
    {
        value = evaluation.Stream.BytesSent;
        return true;
    }

    public static bool RequestTotalSize(scoped ref Evaluation evaluation, out long value)
    {
        value = evaluation.Stream.BytesReceived + BytesOf(evaluation.Stream.Request.Headers);
        return true;
    }

    public static bool ResponseTotalSize(scoped ref Evaluation evaluation, out long value)
    {
        HeaderBlock? headers = evaluation.Stream.Response?.Headers;
        value = evaluation.Stream.BytesSent + (headers is null ? 0 : BytesOf(headers));
        return true;
    }

    /// <summary>0 while there is no response, as in MOSN.</summary>
    public static bool ResponseCode(scoped ref Evaluation evaluation, out long value)
    {
        StreamContext stream = evaluation.Stream;
        value = stream.Status != 0 ? stream.Status : stream.Response?.Status ?? 0; // Filters come before it is noted.
        return true;
    }

    /// <summary>Nanoseconds from the request's head to the end of the exchange, or until now.</summary>
    public static bool Duration(scoped ref Evaluation evaluation, out long value)
    {
        StreamContext stream = evaluation.Stream;
        long end = stream.FinishedNs == 0 ? stream.Loop.TurnNs : stream.FinishedNs;
        value = Math.Max(0, end - stream.StartNs);
        return true;
    }

    public static bool Protocol(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        StreamContext stream = evaluation.Stream;
        value = stream.ReceivedFrame is not null ? stream.Downstream.Protocol.NameBytes
            : stream.Request.Version == HttpVersion.Http2 ? "h2"u8
            : "http"u8;
        return true;
    }

    /// <summary>What an RPC call is for.</summary>
    public static bool CalledService(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        CalledNames.TryGet(evaluation.Stream, out value, out _) && !value.IsEmpty;

    public static bool CalledMethod(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        CalledNames.TryGet(evaluation.Stream, out _, out value) && !value.IsEmpty;

    public static bool ServiceHost(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        ClusterPart(ref evaluation, 3, out value);

    public static bool ReporterKind(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        ClusterPart(ref evaluation, 0, out value);

    public static bool ServiceName(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        ServiceHost(ref evaluation, out ReadOnlySpan<byte> host) & Label(host, 0, out value);

    public static bool ServiceNamespace(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value) =>
        ServiceHost(ref evaluation, out ReadOnlySpan<byte> host) & Label(host, 1, out value);

    private static bool IsSome(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        value = text;
        return !text.IsEmpty;
    }

    /// <summary>Of names in Istio's form, <c>kind|port|version|host</c>.</summary>
    private static bool ClusterPart(scoped ref Evaluation evaluation, int index, out ReadOnlySpan<byte> value)
    {
        value = default;
        ReadOnlySpan<char> name = evaluation.Stream.ClusterName;
        if (name.Count('|') != 3)
        {
            return false;
        }
        for (; index > 0; index--)
        {
            name = name[(name.IndexOf('|') + 1)..];
        }
        int end = name.IndexOf('|');
        name = end < 0 ? name : name[..end];
        if (!evaluation.TryRent(Encoding.UTF8.GetByteCount(name), out Span<byte> part))
        {
            return false;
        }
        Encoding.UTF8.GetBytes(name, part);
        return IsSome(part, out value);
    }

    /// <summary>Of a host with at least three.</summary>
    private static bool Label(ReadOnlySpan<byte> host, int index, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (host.Count((byte)'.') < 2)
        {
            return false;
        }
        host = index == 0 ? host : host[(host.IndexOf((byte)'.') + 1)..];
        return IsSome(host[..host.IndexOf((byte)'.')], out value);
    }

    private static long BytesOf(HeaderBlock headers)
    {
        long bytes = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            bytes += headers.Name(i).Length + headers.Value(i).Length;
        }
        return bytes;
    }
}
