namespace Mosn.Protocols;

/// <summary>What a decoder found at the start of the bytes it was given.</summary>
public enum DecodeStatus
{
    /// <summary>A whole message part is there.</summary>
    Complete,

    /// <summary>Nothing wrong so far, but the part is not whole yet. Nothing was consumed.</summary>
    NeedMore,

    /// <summary>The bytes can never become what was expected. The connection must be closed.</summary>
    Malformed,
}
