namespace Mosn.Protocols.Frames;

/// <summary>How the calls of a protocol share connections to a host.</summary>
public enum FramePoolMode : byte
{
    /// <summary>Many calls at a time on one connection, told apart by their ids.</summary>
    Multiplex,

    /// <summary>One call at a time on a connection.</summary>
    PingPong,

    /// <summary>
    /// Each client's connection has one to a host for itself, and both end together: for protocols in which a connection has a
    /// state, a login for example.
    /// </summary>
    Binding,
}
