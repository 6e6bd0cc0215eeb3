namespace Mosn.Simulation;

/// <summary>A world of HTTP/2 on one side or on both; where it is on one, each message is converted.</summary>
internal sealed class Http2Simulation : HttpSimulation
{
    public Http2Simulation(int seed)
        : this(new Random(seed))
    {
    }

    private Http2Simulation(Random random)
        : base(random, EngineSettings.None, protocols: SimulatedProtocols.Draw(random))
    {
    }
}
