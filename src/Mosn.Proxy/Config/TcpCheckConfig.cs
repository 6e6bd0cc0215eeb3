namespace Mosn.Proxy.Config;

/// <summary>Bytes of a TCP health check. Each of them as text or as hexadecimal digits.</summary>
public sealed record TcpCheckConfig : IConfigRecord<TcpCheckConfig>
{
    /// <summary>Port to connect to in place of the host's. 0: the host's.</summary>
    public int Port { get; init; }

    /// <summary>Text to send.</summary>
    public string Send { get; init; } = "";

    /// <summary>Bytes to send, in hexadecimal.</summary>
    public string SendHex { get; init; } = "";

    /// <summary>Text that must come within the first 64 KiB.</summary>
    public string Receive { get; init; } = "";

    /// <summary>Bytes that must come within the first 64 KiB, in hexadecimal.</summary>
    public string ReceiveHex { get; init; } = "";

    static TcpCheckConfig IConfigRecord<TcpCheckConfig>.Bind(ConfigBinder binder, TcpCheckConfig value)
    {
        value = value with
        {
            Port = binder.Int(
                "port", value.Port, "Port to connect to in place of the host's. 0: the host's.", Field.Range(0, 65535)),
            Send = binder.String("send", value.Send, "Text to send."),
            SendHex = binder.String("send_hex", value.SendHex, "Bytes to send, in hexadecimal."),
            Receive = binder.String("receive", value.Receive, "Text that must come within the first 64 KiB."),
            ReceiveHex = binder.String(
                "receive_hex", value.ReceiveHex, "Bytes that must come within the first 64 KiB, in hexadecimal."),
        };
        return value;
    }
}
