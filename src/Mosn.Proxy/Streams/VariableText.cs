using System.Buffers;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Observability;
using Mosn.Transport;

namespace Mosn.Proxy.Streams;

/// <summary>How the values of variables are written. Allocates nothing.</summary>
internal static class VariableText
{
    private const int AddressLengthMax = 128;

    public static long Since(StreamContext stream, long ns) => ns == 0 ? 0 : Math.Max(0, ns - stream.StartNs);

    public static void WriteId(ref LogLineWriter line, long id)
    {
        if (id == 0)
        {
            line.WriteUnset();
            return;
        }
        line.Write(id);
    }

    public static void WriteText(ref LogLineWriter line, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            line.WriteUnset();
            return;
        }
        line.Write(text);
    }

    public static void WriteBytes(ref LogLineWriter line, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            line.WriteUnset();
            return;
        }
        line.Write(bytes);
    }

    public static void WriteAddress(ref LogLineWriter line, in TransportAddress address)
    {
        if (address.Kind == AddressKind.None)
        {
            line.WriteUnset();
            return;
        }
        Span<byte> text = stackalloc byte[AddressLengthMax];
        line.Write(text[..address.Format(text)]);
    }

    public static void WriteTarget(ref LogLineWriter line, RequestHead request)
    {
        if (request.Path.IsEmpty)
        {
            WriteBytes(ref line, request.Target);
            return;
        }
        line.Write(request.Path);
        if (request.HasQuery)
        {
            line.WriteRaw("?"u8);
            line.Write(request.Query);
        }
    }

    /// <summary>What a rewrite does not change.</summary>
    public static ReadOnlySpan<byte> ReceivedPath(RequestHead request)
    {
        ReadOnlySpan<byte> target = request.Target;
        if (target is not [(byte)'/', ..])
        {
            return request.Path; // An absolute target is seldom, and rewritten ones of them more so.
        }
        int end = target.IndexOf((byte)'?');
        return end < 0 ? target : target[..end];
    }

    /// <summary>Bytes that the head takes as it is now, additions and rewrites included.</summary>
    public static long HeadLength(RequestHead request)
    {
        const int LineRest = 12; // Two spaces, HTTP/1.1, CR LF.
        long length = request.Method.Length + LineRest + 2;
        length += request.Path.IsEmpty ? request.Target.Length : request.Path.Length;
        length += request.HasQuery ? 1 + request.Query.Length : 0;
        for (int i = 0; i < request.Headers.Count; i++)
        {
            length += request.Headers.Name(i).Length + request.Headers.Value(i).Length + 4;
        }
        return length;
    }

    public static void WriteNormalised(ref LogLineWriter line, ReadOnlySpan<byte> path)
    {
        if (RequestPath.IsNormal(path))
        {
            WriteBytes(ref line, path);
            return;
        }
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        line.Write(normal.AsSpan(0, RequestPath.Normalise(path, normal)));
        ArrayPool<byte>.Shared.Return(normal);
    }

    public static void WriteHeader(ref LogLineWriter line, HeaderBlock? headers, byte[] name)
    {
        if (headers is null || !headers.TryGet(name, out ReadOnlySpan<byte> value))
        {
            line.WriteUnset();
            return;
        }
        line.Write(value);
    }

    public static void WriteRequestHeader(ref LogLineWriter line, RequestHead request, byte[] name)
    {
        if (request.TryGetHeader(name, out ReadOnlySpan<byte> value))
        {
            line.Write(value);
        }
        else
        {
            line.WriteUnset();
        }
    }

    public static void WriteCookie(ref LogLineWriter line, HeaderBlock headers, byte[] name)
    {
        if (NameValuePairs.TryFindCookie(headers, name, out ReadOnlySpan<byte> value))
        {
            line.Write(value);
            return;
        }
        line.WriteUnset();
    }

    /// <summary>A parameter of a query, as it stands there.</summary>
    public static void WriteArgument(ref LogLineWriter line, ReadOnlySpan<byte> query, byte[] name)
    {
        if (NameValuePairs.TryFind(query, (byte)'&', name, out ReadOnlySpan<byte> value))
        {
            line.Write(value);
            return;
        }
        line.WriteUnset();
    }

    /// <summary>Labels as <c>key=value</c>, joined by commas.</summary>
    public static void WriteLabels(ref LogLineWriter line, StreamContext stream)
    {
        if (!stream.HasHostLabels)
        {
            line.WriteUnset();
            return;
        }
        bool isFirst = true;
        foreach ((string key, string value) in stream.HostLabels)
        {
            line.WriteRaw(isFirst ? default : ","u8);
            line.Write(key);
            line.WriteRaw("="u8);
            line.Write(value);
            isFirst = false;
        }
    }

    public static void WriteGrpcStatusName(ref LogLineWriter line, int? status)
    {
        if (status is { } known && GrpcStatuses.NameOf(known) is { } name)
        {
            line.Write(name);
            return;
        }
        WriteNumber(ref line, status);
    }

    /// <summary>The message that a call ended with, as it was sent.</summary>
    public static void WriteGrpcMessage(ref LogLineWriter line, StreamContext stream) =>
        WriteBytes(ref line, GrpcMessage(stream));

    /// <inheritdoc cref="WriteGrpcMessage"/>
    public static ReadOnlySpan<byte> GrpcMessage(StreamContext stream)
    {
        ReadOnlySpan<byte> message = default;
        if (stream.IsGrpc && stream.Trailers?.TryGet(KnownHeader.GrpcMessage, out message) != true)
        {
            stream.Response?.Headers.TryGet(KnownHeader.GrpcMessage, out message);
        }
        return message;
    }

    /// <summary>MOSN's variable: whether the call was a success.</summary>
    public static void WriteGrpcResult(ref LogLineWriter line, int? status)
    {
        if (status is not { } known)
        {
            line.WriteUnset();
            return;
        }
        line.Write(known == (int)GrpcStatus.Ok);
    }

    /// <summary>A number that may be missing.</summary>
    public static void WriteNumber(ref LogLineWriter line, long? number)
    {
        if (number is { } known)
        {
            line.Write(known);
            return;
        }
        line.WriteUnset();
    }
}
