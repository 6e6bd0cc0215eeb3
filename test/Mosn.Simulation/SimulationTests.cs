namespace Mosn.Simulation;

/// <summary>The whole proxy in memory under a seed. SEEDS=100000 runs through the night; see <see cref="Seeds"/>.</summary>
public class SimulationTests
{
    [Fact]
    public void Http_worlds_hold() => Seeds.Run(static seed =>
    {
        using HttpSimulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Worlds_with_retries_bounds_failing_hosts_and_updates_hold() => Seeds.Run(static seed =>
    {
        using EngineSimulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Http2_worlds_hold() => Seeds.Run(static seed =>
    {
        using Http2Simulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Http2_worlds_with_retries_bounds_failing_hosts_and_updates_hold() => Seeds.Run(static seed =>
    {
        using EngineSimulation world = new(seed, speaksHttp2: true);
        world.Run();
    });

    [Fact]
    public void Worlds_whose_hosts_are_found_by_name_hold() => Seeds.Run(static seed =>
    {
        using DiscoverySimulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Worlds_of_tunnels_hold() => Seeds.Run(static seed =>
    {
        using TunnelSimulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Worlds_of_HTTP_with_Bolt_in_the_middle_hold() => Seeds.Run(static seed =>
    {
        using TranscodedSimulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Tcp_worlds_hold() => Seeds.Run(static seed =>
    {
        using TcpSimulation world = new(seed);
        world.Run();
    });

    [Fact]
    public void Rpc_worlds_hold() => Seeds.Run(static seed =>
    {
        using RpcSimulation world = new(seed);
        world.Run();
    });
}
