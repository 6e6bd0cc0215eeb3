namespace Mosn.Simulation;

/// <summary>What the two sides of a world speak.</summary>
/// <param name="ClientsSpeakHttp2">Else HTTP/1.</param>
/// <param name="HostsSpeakHttp2">Else HTTP/1.</param>
/// <param name="ThroughBolt">Between the two sides there is another listener, which calls of Bolt go to.</param>
internal sealed record SimulatedProtocols(
    bool ClientsSpeakHttp2 = false, bool HostsSpeakHttp2 = false, bool ThroughBolt = false)
{
    /// <summary>Listeners that a request goes through, each of which may try it again.</summary>
    public int Hops => ThroughBolt ? 2 : 1;

    /// <summary>Requests, on all listeners, that one request of a client may be.</summary>
    public int RequestsMax => ThroughBolt ? 3 : 1;

    /// <summary>Statuses of our own, beside those of HTTP: Bolt has fewer, and what one hop says is the next hop's response.</summary>
    public bool IsOwn(int status) => status is 502 or 503 or 504 || (ThroughBolt && status == 500);

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
        return ThroughBolt ? TranscodedSimulation.Extend(config)
            : ClientsSpeakHttp2 == HostsSpeakHttp2 ? config
            : config.Replace(
                "\"name\": \"upstream\"",
                $"\"name\": \"upstream\", \"protocol\": \"{(HostsSpeakHttp2 ? "Http2" : "Http1")}\"",
                StringComparison.Ordinal);
    }
}
