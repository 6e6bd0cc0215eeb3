namespace Mosn.Protocols.Frames;

/// <summary>How the calls of a protocol share connections to a host.</summary>
public enum FramePoolMode : byte
{
    /// <summary>Many calls at a time on one connection, told apart by their ids.</summary>
    Multiplex,

    /// <summary>One call at a time on a connection.</summary>
    PingPong,
}
