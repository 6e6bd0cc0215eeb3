namespace Mosn.Simulation;

/// <summary>What the two sides of a world speak.</summary>
/// <param name="ClientsSpeakHttp2">Else HTTP/1.</param>
/// <param name="HostsSpeakHttp2">Else HTTP/1.</param>
internal sealed record SimulatedProtocols(bool ClientsSpeakHttp2 = false, bool HostsSpeakHttp2 = false)
{
    /// <summary>HTTP/2 on one side or on both, as the seed has it.</summary>
    public static SimulatedProtocols Draw(Random random) => random.Next(3) switch
    {
        0 => new SimulatedProtocols(ClientsSpeakHttp2: true),
        1 => new SimulatedProtocols(HostsSpeakHttp2: true),
        _ => new SimulatedProtocols(ClientsSpeakHttp2: true, HostsSpeakHttp2: true),
    };

    /// <summary>
    /// Makes a configuration of HTTP/1 one of these; what the hosts speak, the cluster says, if anybody must. Slow weather is
    /// no reason to end a connection.
    /// </summary>
    public string ApplyTo(string config)
    {
        if (ClientsSpeakHttp2)
        {
            config = config.Replace(
                "\"downstream_protocol\": \"Http1\"",
                """
                "downstream_protocol": "Http2,Http1", "detection_timeout": "1800s",
                "extend_config": { "Http2": { "header_timeout": "1800s", "stall_timeout": "1800s", "min_request_body_rate": 0 } }
                """,
                StringComparison.Ordinal);
        }
        return ClientsSpeakHttp2 == HostsSpeakHttp2
            ? config
            : config.Replace(
                "\"name\": \"upstream\"",
                $"\"name\": \"upstream\", \"protocol\": \"{(HostsSpeakHttp2 ? "Http2" : "Http1")}\"",
                StringComparison.Ordinal);
    }
}
