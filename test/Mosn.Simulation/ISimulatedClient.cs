namespace Mosn.Simulation;

/// <summary>Sends its requests, over as many connections as it takes, and gives each its outcome.</summary>
internal interface ISimulatedClient
{
    /// <summary>Every request has its outcome.</summary>
    bool IsDone { get; }

    /// <summary>Ends the present connection in order.</summary>
    void Close();
}
