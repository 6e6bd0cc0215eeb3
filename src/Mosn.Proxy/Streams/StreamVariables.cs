using System.Buffers;
using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport;

namespace Mosn.Proxy.Streams;

/// <summary>
/// MOSN's named variables as a view onto a <see cref="StreamContext"/>: what access logs and header values may refer to.
/// </summary>
internal static class StreamVariables
{
    private const int AddressLengthMax = 128;
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>The writer of a variable, null if there is no such variable. It allocates nothing.</summary>
    public static VariableWriter<StreamContext>? Find(string name) => name switch
    {
        "start_time" => static (stream, ref line) =>
            line.WriteTime((stream.StartUtcTicks - UnixEpochTicks) / TimeSpan.TicksPerMillisecond),
        "request_received_duration" => static (stream, ref line) => line.WriteDuration(Since(stream, stream.RequestSentNs)),
        "response_received_duration" => static (stream, ref line) =>
            line.WriteDuration(Since(stream, stream.ResponseReceivedNs)),
        "request_finished_duration" or "duration" => static (stream, ref line) =>
            line.WriteDuration(Since(stream, stream.FinishedNs)),
        "process_time_duration" => static (stream, ref line) => line.WriteDuration(stream.ProcessNs),
        "bytes_sent" => static (stream, ref line) => line.Write(stream.BytesSent),
        "bytes_received" => static (stream, ref line) => line.Write(stream.BytesReceived),
        "protocol" or "downstream_protocol" => static (stream, ref line) => line.WriteRaw("Http1"u8),
        "response_code" or "x-mosn-status" => static (stream, ref line) => line.Write((long)stream.Status),
        "response_flag" or "response_flags" => static (stream, ref line) =>
            line.Write(stream.Flags != ResponseFlags.None),
        "upstream_transport_failure_reason" => static (stream, ref line) => line.WriteHex((ulong)stream.Flags),
        "upstream_local_address" => static (stream, ref line) => WriteAddress(ref line, stream.UpstreamAddress),
        "downstream_local_address" => static (stream, ref line) =>
            WriteAddress(ref line, stream.Downstream.Connection.LocalAddress),
        "downstream_remote_address" => static (stream, ref line) =>
            WriteAddress(ref line, stream.Downstream.Connection.RemoteAddress),
        "upstream_host" => static (stream, ref line) => WriteText(ref line, stream.UpstreamHostName),
        "upstream_cluster" => static (stream, ref line) => WriteText(ref line, stream.ClusterName),
        "stream_id" => static (stream, ref line) => line.Write(stream.StreamId),
        "connection_id" => static (stream, ref line) => line.Write(stream.Downstream.Connection.Id),
        "upstream_connection_id" => static (stream, ref line) => WriteId(ref line, stream.UpstreamConnectionId),
        "listener_name" => static (stream, ref line) => WriteText(ref line, stream.ListenerName),
        "listener_port" => static (stream, ref line) => line.Write((long)stream.Downstream.Connection.LocalAddress.Port),
        "trace_id" or "upstream_protocol" => static (stream, ref line) => line.WriteUnset(),
        _ => FindOfRequest(name),
    };

    private static VariableWriter<StreamContext>? FindOfRequest(string name) => name switch
    {
        "x-mosn-method" or "Http1_request_method" => static (stream, ref line) =>
            WriteBytes(ref line, stream.Request.Method),
        "x-mosn-host" or "authority" => static (stream, ref line) => WriteBytes(ref line, stream.Request.Authority),
        "x-mosn-path" => static (stream, ref line) => WriteNormalised(ref line, stream.Request.Path),
        "Http1_request_path" => static (stream, ref line) => WriteNormalised(ref line, ReceivedPath(stream.Request)),
        "x-mosn-path-original" or "Http1_request_path_original" => static (stream, ref line) =>
            WriteBytes(ref line, ReceivedPath(stream.Request)),
        "x-mosn-querystring" or "Http1_request_arg" => static (stream, ref line) =>
            WriteBytes(ref line, stream.Request.Query),
        "x-mosn-scheme" or "Http1_request_scheme" => static (stream, ref line) => WriteBytes(
            ref line, stream.Request.Scheme.IsEmpty ? "http"u8 : stream.Request.Scheme),
        "Http1_request_uri" => static (stream, ref line) => WriteTarget(ref line, stream.Request),
        "Http1_request_length" => static (stream, ref line) =>
            line.Write(HeadLength(stream.Request) + stream.BytesReceived),
        _ => FindByPrefix(name),
    };

    private static VariableWriter<StreamContext>? FindByPrefix(string name)
    {
        if (TailOf(name, "request_header_") is { } request || (request = TailOf(name, "Http1_request_header_")) is not null)
        {
            return (stream, ref line) => WriteHeader(ref line, stream.Request.Headers, request);
        }
        if (TailOf(name, "response_header_") is { } response)
        {
            return (stream, ref line) => WriteHeader(ref line, stream.Response?.Headers, response);
        }
        if (TailOf(name, "Http1_request_arg_") is { } argument)
        {
            return (stream, ref line) => WritePair(ref line, stream.Request.Query, (byte)'&', argument);
        }
        if (TailOf(name, "Http1_cookie_") is { } cookie)
        {
            return (stream, ref line) => WriteCookie(ref line, stream.Request.Headers, cookie);
        }
        return null;
    }

    private static byte[]? TailOf(string name, string prefix) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(name[prefix.Length..])
            : null;

    private static long Since(StreamContext stream, long ns) => ns == 0 ? 0 : Math.Max(0, ns - stream.StartNs);

    private static void WriteId(ref LogLineWriter line, long id)
    {
        if (id == 0)
        {
            line.WriteUnset();
            return;
        }
        line.Write(id);
    }

    private static void WriteText(ref LogLineWriter line, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            line.WriteUnset();
            return;
        }
        line.Write(text);
    }

    private static void WriteBytes(ref LogLineWriter line, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            line.WriteUnset();
            return;
        }
        line.Write(bytes);
    }

    private static void WriteAddress(ref LogLineWriter line, in TransportAddress address)
    {
        if (address.Kind == AddressKind.None)
        {
            line.WriteUnset();
            return;
        }
        Span<byte> text = stackalloc byte[AddressLengthMax];
        line.Write(text[..address.Format(text)]);
    }

    private static void WriteTarget(ref LogLineWriter line, RequestHead request)
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
    private static ReadOnlySpan<byte> ReceivedPath(RequestHead request)
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
    private static long HeadLength(RequestHead request)
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

    private static void WriteNormalised(ref LogLineWriter line, ReadOnlySpan<byte> path)
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

    private static void WriteHeader(ref LogLineWriter line, HeaderBlock? headers, byte[] name)
    {
        if (headers is null || !headers.TryGet(name, out ReadOnlySpan<byte> value))
        {
            line.WriteUnset();
            return;
        }
        line.Write(value);
    }

    private static void WriteCookie(ref LogLineWriter line, HeaderBlock headers, byte[] name)
    {
        if (headers.TryGet(KnownHeader.Cookie, out ReadOnlySpan<byte> cookies))
        {
            WritePair(ref line, cookies, (byte)';', name);
            return;
        }
        line.WriteUnset();
    }

    /// <summary>The value of the first <c>name=value</c> among pairs; spaces before a name do not count.</summary>
    private static void WritePair(ref LogLineWriter line, ReadOnlySpan<byte> pairs, byte separator, byte[] name)
    {
        while (!pairs.IsEmpty)
        {
            int end = pairs.IndexOf(separator);
            ReadOnlySpan<byte> pair = (end < 0 ? pairs : pairs[..end]).TrimStart((byte)' ');
            if (pair.StartsWith(name) && (pair.Length == name.Length || pair[name.Length] == (byte)'='))
            {
                line.Write(pair.Length == name.Length ? default : pair[(name.Length + 1)..]);
                return;
            }
            pairs = end < 0 ? default : pairs[(end + 1)..];
        }
        line.WriteUnset();
    }
}
