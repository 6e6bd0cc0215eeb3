namespace Mosn.Proxy.Server;

/// <summary>What a running process was asked to do. The numbers are MOSN's.</summary>
public enum StopAction
{
    /// <summary>End now: requests in flight are cut off.</summary>
    Stop = 0,

    /// <summary>Take no new work, finish what is in hand, then end.</summary>
    GracefulStop = 1,

    /// <summary>Replace this process by a new one with the same arguments, without losing a connection.</summary>
    Reload = 2,

    /// <summary>A new process has called and takes over.</summary>
    Upgrade = 3,
}
