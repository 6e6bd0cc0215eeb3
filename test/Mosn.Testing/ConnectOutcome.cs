namespace Mosn.Testing;

/// <summary>What becomes of a connect.</summary>
public enum ConnectOutcome : byte
{
    /// <summary>The listener takes it, if there is one.</summary>
    Accepted,

    /// <summary>It is refused at once.</summary>
    Refused,

    /// <summary>No answer ever comes: the address is a black hole.</summary>
    Unanswered,
}
