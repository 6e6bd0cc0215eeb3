namespace Mosn.Transport;

/// <summary>What the peer sees when a transport is closed.</summary>
public enum CloseMode : byte
{
    /// <summary>An orderly end (FIN), after what was already handed to the system.</summary>
    Graceful,

    /// <summary>A reset (RST): the peer must not take what it received for whole.</summary>
    Reset,
}
