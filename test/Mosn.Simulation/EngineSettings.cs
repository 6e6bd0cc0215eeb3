namespace Mosn.Simulation;

/// <summary>What of the engine a world uses, as members of its configuration, and what its checkers must know of it.</summary>
/// <param name="Route">More of the route's action.</param>
/// <param name="Cluster">More of the cluster.</param>
/// <param name="RetriesMax">Tries after the first that the policy allows.</param>
/// <param name="HostsFail">Hosts go down, or answer too slowly, so a request may fail through no fault of the proxy.</param>
internal sealed record EngineSettings(string Route, string Cluster, int RetriesMax, bool HostsFail)
{
    /// <summary>No retries, no bounds, no failing hosts.</summary>
    public static EngineSettings None { get; } = new(""", "timeout": "1800s" """, "", RetriesMax: 0, HostsFail: false);

    /// <summary>Retries, times of tries, bounds and balancers as the seed has them.</summary>
    public static EngineSettings Draw(Random random)
    {
        int retries = random.Next(1, 5);
        List<string> retry = ["\"retry_on\": true", $"\"num_retries\": {retries}"];
        bool hasTryTimeout = random.Next(3) == 0;
        if (hasTryTimeout)
        {
            retry.Add($"\"retry_timeout\": \"{random.Next(50, 2000)}ms\"");
            if (random.Next(2) == 0)
            {
                retry.Add("\"hedge_on_try_timeout\": true");
            }
        }
        if (random.Next(3) == 0)
        {
            retry.Add($"\"max_body_bytes\": {random.Next(1, 10_000)}");
        }
        string route = $$""", "timeout": "1800s", "retry_policy": { {{string.Join(", ", retry)}} } """;
        List<string> cluster = [""];
        if (random.Next(2) == 0)
        {
            cluster.Add($$"""
                "circuit_breakers": [{ "max_connections": {{random.Next(1, 5)}}, "max_pending_requests": {{random.Next(1, 50)}} }]
                """);
            cluster.Add($"\"pending_timeout\": \"{random.Next(1, 100)}s\"");
        }
        if (random.Next(3) == 0)
        {
            cluster.Add($"\"max_connection_lifetime\": \"{random.Next(1, 30)}s\"");
        }
        return new EngineSettings(route, string.Join(", ", cluster), retries, HostsFail: true);
    }
}
