using System.Buffers;
using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Upstream;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>The active checks of one cluster as its configuration asks for them. Immutable.</summary>
internal sealed class CheckSettings
{
    /// <summary>Below this, checks would be an attack.</summary>
    private const long IntervalMsMin = 10;

    private readonly HttpCheck? _http;
    private readonly GrpcCheck? _grpc;
    private readonly bool _isHttp2;
    private readonly TcpCheck _tcp;
    private readonly ConnectionOptions _connectionOptions;

    private CheckSettings(HealthCheckConfig config, ClusterSnapshot cluster)
    {
        ServiceName = config.ServiceName;
        TimeoutMs = Milliseconds(config.Timeout, 1);
        IntervalMs = Milliseconds(config.Interval, IntervalMsMin);
        UnhealthyIntervalMs = config.UnhealthyInterval > TimeSpan.Zero
            ? Milliseconds(config.UnhealthyInterval, IntervalMsMin)
            : IntervalMs;
        JitterMs = (uint)Math.Min(uint.MaxValue, config.IntervalJitter.TotalMilliseconds);
        InitialDelayMs = Milliseconds(config.InitialDelay, 0);
        HealthyThreshold = Math.Max(1, config.HealthyThreshold);
        UnhealthyThreshold = Math.Max(1, config.UnhealthyThreshold);
        PassiveFailures = config.PassiveFailures;
        EventLogPath = config.EventLogPath;
        Callbacks = config.CommonCallbacks;
        ConnectOptions = cluster.PoolSettings.ConnectOptions;
        _isHttp2 = config.Protocol == "Http2";
        if (config.Protocol is "Http1" or "Http2" && config.CheckConfig?.Http is { } http)
        {
            _http = new HttpCheck(http);
            TimeoutMs = Math.Min(TimeoutMs, Milliseconds(http.Timeout, 1));
        }
        else if (HealthCheckConfig.IsGrpc(config.Protocol))
        {
            _grpc = new GrpcCheck(config.CheckConfig?.Grpc ?? new GrpcCheckConfig(), TimeoutMs);
        }
        TcpCheckConfig tcp = config.CheckConfig?.Tcp ?? new TcpCheckConfig();
        _tcp = new TcpCheck(tcp.Port, Bytes(tcp.Send, tcp.SendHex), Bytes(tcp.Receive, tcp.ReceiveHex));
        Identity = TextOf(config);

        // The check's own timer decides that it took too long; this one must not come before it.
        _connectionOptions = new ConnectionOptions { ConnectTimeoutMs = TimeoutMs + 1000 };
    }

    public string ServiceName { get; }

    public long TimeoutMs { get; }

    public long IntervalMs { get; }

    public long UnhealthyIntervalMs { get; }

    /// <summary>What is added to an interval is below this; 0: nothing.</summary>
    public uint JitterMs { get; }

    public long InitialDelayMs { get; }

    public uint HealthyThreshold { get; }

    public uint UnhealthyThreshold { get; }

    /// <summary>0: requests do not matter.</summary>
    public uint PassiveFailures { get; }

    public string EventLogPath { get; }

    public IReadOnlyList<string> Callbacks { get; }

    /// <summary>The same for the same configuration.</summary>
    public string Identity { get; }

    private ConnectOptions ConnectOptions { get; }

    /// <summary>Null: the cluster's hosts are not checked.</summary>
    public static CheckSettings? Of(ClusterSnapshot cluster) =>
        cluster.Config.HealthCheck is { ServiceName.Length: > 0 } config ? new CheckSettings(config, cluster) : null;

    /// <summary>Makes the check of one host; its start follows.</summary>
    public HealthProbe MakeProbe(HostCheck check, EventLoop loop, CheckQuota quota)
    {
        ProbeConnections connections = new(loop, quota, ConnectOptions, _connectionOptions);
        return _grpc is not null ? new GrpcProbe(check, connections, _grpc)
            : _http is not null ? new HttpProbe(check, connections, _http, _isHttp2)
            : new TcpProbe(check, loop, _tcp, ConnectOptions, _connectionOptions);
    }

    private static long Milliseconds(TimeSpan time, long atLeast) =>
        Math.Clamp((long)Math.Ceiling(time.TotalMilliseconds), atLeast, int.MaxValue);

    private static byte[] Bytes(string text, string hex) =>
        hex.Length > 0 ? Convert.FromHexString(hex) : Encoding.UTF8.GetBytes(text);

    private static string TextOf(HealthCheckConfig config)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text))
        {
            JsonBinder.Write(json, config, isRedacted: false);
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
