namespace Mosn.Proxy.Streams;

/// <summary>What becomes of a connection after one of its streams.</summary>
internal enum Http1StreamOutcome : byte
{
    /// <summary>The next request may come.</summary>
    KeepAlive,

    /// <summary>The next request may come once the rest of this one's body is dropped.</summary>
    DropBody,

    /// <summary>Send what is queued and end.</summary>
    Close,

    /// <summary>End so that the peer knows the message is not whole.</summary>
    Reset,
}
