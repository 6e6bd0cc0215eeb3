namespace Mosn.Proxy.Server;

/// <summary>The signals that the process understands, by their Linux numbers.</summary>
public enum ProcessSignal
{
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    User1 = 10,
    Terminate = 15,
}
