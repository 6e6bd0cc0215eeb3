namespace Mosn.Transport;

/// <summary>How a non-blocking read or write ended.</summary>
public enum IoStatus : byte
{
    /// <summary>Bytes moved.</summary>
    Done,

    /// <summary>Nothing could move now; an event will say when.</summary>
    WouldBlock,

    /// <summary>Reads only: the peer has sent its last byte.</summary>
    EndOfInput,

    /// <summary>The connection is broken; <see cref="IoResult.Error"/> is the system's error number.</summary>
    Failed,
}

/// <param name="Status">How it ended.</param>
/// <param name="Count">Bytes moved.</param>
/// <param name="Error">errno when failed, else 0.</param>
public readonly record struct IoResult(IoStatus Status, int Count = 0, int Error = 0);
