using System.Collections.Frozen;
using System.Text;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport;
using static Mosn.Proxy.Streams.CallVariableText;
using static Mosn.Proxy.Streams.VariableText;

namespace Mosn.Proxy.Streams;

/// <summary>
/// MOSN's named variables as a view onto a <see cref="StreamContext"/>: what access logs and header values may refer to.
/// </summary>
internal static class StreamVariables
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>Names of MOSN's that no stream has a value for: of protocols, of filters, of objects that are no text.</summary>
    private static readonly FrozenSet<string> s_withoutValue = FrozenSet.Create(
        StringComparer.Ordinal,
        "requested_server_name", "connection_pool_index", "connection_fd",
        "proxy_hijack_status", "proxy_gzip_switch", "proxy_direct_response", "proxy_upstream_index", "upstream_index",
        "x-mosn-direction", "listener_match_fallback_ip", "connection", "conn_default_read_buffer_size",
        "network_filterchain_factories", "access_logs", "accept_chan", "accept_buffer", "span_key", "trace_span", "proxy_general_config",
        "connection_event_listeners", "downstream_req_headers", "downstream_resp_headers", "protocol_config",
        "Http2_request_scheme", "Http2_request_use_stream", "Http2_response_use_stream");

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
        "protocol" or "downstream_protocol" => static (stream, ref line) =>
            WriteText(ref line, stream.Downstream.Protocol.Name),
        "upstream_protocol" => static (stream, ref line) => WriteText(ref line, stream.UpstreamProtocol?.Name),
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
        "stream_id" => static (stream, ref line) => WriteStreamId(ref line, stream),
        "connection_id" => static (stream, ref line) => line.Write(stream.Downstream.Connection.Id),
        "upstream_connection_id" => static (stream, ref line) => WriteId(ref line, stream.UpstreamConnectionId),
        "listener_name" => static (stream, ref line) => WriteText(ref line, stream.ListenerName),
        "listener_port" => static (stream, ref line) => line.Write((long)stream.Downstream.Connection.LocalAddress.Port),
        "listener_type" => static (stream, ref line) => WriteText(ref line, stream.ListenerType),
        "ori_remote_addr" => static (stream, ref line) =>
            WriteAddress(ref line, MeantAddress(stream.Downstream.Connection)),
        "route_name" => static (stream, ref line) => WriteText(ref line, stream.RouteName),
        "proxy_global_timeout" => static (stream, ref line) => WriteNumber(ref line, stream.TimeoutMs),
        "proxy_try_timeout" => static (stream, ref line) => WriteNumber(ref line, stream.TryTimeoutMs),
        "proxy_disable_retry" => static (stream, ref line) => line.Write(stream.DisablesRetry),
        "x-mosn-router-meta" => static (stream, ref line) => WriteLabels(ref line, stream),
        _ => FindOfRequest(name),
    };

    private static VariableWriter<StreamContext>? FindOfRequest(string name) => name switch
    {
        "x-mosn-method" or "Http1_request_method" => static (stream, ref line) =>
            WriteBytes(ref line, stream.Request.Method),
        "x-mosn-host" or "authority" => static (stream, ref line) => WriteBytes(ref line, stream.Request.Authority),
        "x-mosn-path" => static (stream, ref line) => WriteNormalised(ref line, stream.Request.Path),
        "Http1_request_path" or "PATH" => static (stream, ref line) => WriteNormalised(ref line, ReceivedPath(stream.Request)),
        "x-mosn-path-original" or "Http1_request_path_original" => static (stream, ref line) =>
            WriteBytes(ref line, ReceivedPath(stream.Request)),
        "x-mosn-querystring" or "Http1_request_arg" or "ARG" => static (stream, ref line) =>
            WriteBytes(ref line, stream.Request.Query),
        "x-mosn-scheme" or "Http1_request_scheme" or "scheme" => static (stream, ref line) => WriteBytes(
            ref line, stream.Request.Scheme.IsEmpty ? "http"u8 : stream.Request.Scheme),
        "Http1_request_uri" or "URI" => static (stream, ref line) => WriteTarget(ref line, stream.Request),
        "Http1_request_length" => static (stream, ref line) =>
            line.Write(HeadLength(stream.Request) + stream.BytesReceived),
        "grpc_status" => static (stream, ref line) => WriteNumber(ref line, stream.GrpcStatus),
        "grpc_status_name" => static (stream, ref line) => WriteGrpcStatusName(ref line, stream.GrpcStatus),
        "grpc_message" => static (stream, ref line) => WriteGrpcMessage(ref line, stream),
        "gRPC_serviceName" => static (stream, ref line) =>
            WriteBytes(ref line, stream.IsGrpc ? ReceivedPath(stream.Request) : default),
        "requestResult" => static (stream, ref line) => WriteGrpcResult(ref line, stream.GrpcStatus),
        _ => FindOfCall(name),
    };

    private static VariableWriter<StreamContext>? FindOfCall(string name) => name switch
    {
        "x-mosn-rpc-service" or "Dubbo_service" => static (stream, ref line) => WriteCalledName(ref line, stream, isMethod: false),
        "x-mosn-rpc-method" or "Dubbo_method" => static (stream, ref line) => WriteCalledName(ref line, stream, isMethod: true),
        "x-mosn-req-raw-data" => static (stream, ref line) => WriteFrame(ref line, stream.ReceivedFrame),
        "x-mosn-resp-raw-data" => static (stream, ref line) => WriteFrame(ref line, stream.Response?.Frame),
        "rpc_request_id" => static (stream, ref line) => WriteNumber(ref line, (long?)stream.ReceivedFrame?.Id),
        "rpc_status" => static (stream, ref line) => WriteNumber(ref line, stream.Response?.Frame?.Status),
        "trace_id" => static (stream, ref line) => WriteTraceId(ref line, stream),
        _ => FindByPrefix(name),
    };

    private static VariableWriter<StreamContext>? FindByPrefix(string name)
    {
        if (TailOf(name, "request_header_") is { } request || (request = TailOf(name, "Http1_request_header_")) is not null)
        {
            return (stream, ref line) => WriteRequestHeader(ref line, stream.Request, request);
        }
        if (TailOf(name, "response_header_") is { } response)
        {
            return (stream, ref line) => WriteHeader(ref line, stream.Response?.Headers, response);
        }
        if (TailOf(name, "response_trailer_") is { } trailer)
        {
            return (stream, ref line) => WriteHeader(ref line, stream.Trailers, trailer);
        }
        if (TailOf(name, "Http1_request_arg_") is { } argument)
        {
            return (stream, ref line) => WriteArgument(ref line, stream.Request.Query, argument);
        }
        if (TailOf(name, "Http1_cookie_") is { } cookie)
        {
            return (stream, ref line) => WriteCookie(ref line, stream.Request.Headers, cookie);
        }
        bool isKnown = s_withoutValue.Contains(name)
            || TailOf(name, "Http2_request_header_") is not null || TailOf(name, "Http2_cookie_") is not null;
        return isKnown ? static (_, ref line) => line.WriteUnset() : null;
    }

    /// <summary>As in MOSN: where a redirected client meant to go; else who it is.</summary>
    private static TransportAddress MeantAddress(Connection connection) =>
        connection.OriginalDestination.Kind == AddressKind.None ? connection.RemoteAddress : connection.OriginalDestination;

    private static byte[]? TailOf(string name, string prefix) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal)
            ? Encoding.UTF8.GetBytes(name[prefix.Length..])
            : null;
}
