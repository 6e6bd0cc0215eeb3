using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;

namespace Mosn.Proxy.Forwarding;

/// <summary>The variables that an access log of relayed connections may name: those of requests that make sense there.</summary>
internal static class TcpVariables
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>The writer of a variable; null if there is none of that name.</summary>
    public static VariableWriter<TcpSession>? Find(string name) => name switch
    {
        "start_time" => static (TcpSession session, ref LogLineWriter line) =>
            line.WriteTime((session.StartUtcTicks - UnixEpochTicks) / TimeSpan.TicksPerMillisecond),
        "duration" => static (TcpSession session, ref LogLineWriter line) =>
            line.WriteDuration(session.FinishedNs - session.StartNs),
        "bytes_received" => static (TcpSession session, ref LogLineWriter line) =>
            line.Write(session.Downstream.BytesRead),
        "bytes_sent" => static (TcpSession session, ref LogLineWriter line) =>
            line.Write(session.BytesSent),
        "connection_id" => static (TcpSession session, ref LogLineWriter line) => line.Write(session.Downstream.Id),
        "upstream_connection_id" => static (TcpSession session, ref LogLineWriter line) =>
        {
            if (session.Upstream is { } upstream)
            {
                line.Write(upstream.Id);
            }
            else
            {
                line.WriteUnset();
            }
        },
        "protocol" => static (TcpSession _, ref LogLineWriter line) => line.WriteRaw("TCP"u8),
        "response_flag" or "response_flags" => static (TcpSession session, ref LogLineWriter line) =>
            line.Write(session.Flags != ResponseFlags.None),
        "upstream_transport_failure_reason" => static (TcpSession session, ref LogLineWriter line) =>
            line.WriteHex((ulong)session.Flags),
        "upstream_cluster" => static (TcpSession session, ref LogLineWriter line) => Write(ref line, session.ClusterName),
        "upstream_host" => static (TcpSession session, ref LogLineWriter line) =>
            Write(ref line, session.UpstreamHostName),
        "listener_name" => static (TcpSession session, ref LogLineWriter line) => line.Write(session.ListenerName),
        "upstream_local_address" => static (TcpSession session, ref LogLineWriter line) =>
            Write(ref line, session.UpstreamAddress),
        "downstream_local_address" => static (TcpSession session, ref LogLineWriter line) =>
            Write(ref line, session.Downstream.LocalAddress),
        "downstream_remote_address" => static (TcpSession session, ref LogLineWriter line) =>
            Write(ref line, session.Downstream.RemoteAddress),
        _ => null,
    };

    private static void Write(ref LogLineWriter line, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            line.WriteUnset();
        }
        else
        {
            line.Write(text);
        }
    }

    private static void Write(ref LogLineWriter line, in TransportAddress address)
    {
        Span<byte> text = stackalloc byte[128];
        line.WriteRaw(text[..address.Format(text)]);
    }
}
