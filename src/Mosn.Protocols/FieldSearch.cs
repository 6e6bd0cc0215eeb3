namespace Mosn.Protocols;

/// <summary>What came of looking for one field where it lies in a frame.</summary>
public enum FieldSearch : byte
{
    /// <summary>It takes as much as reading all fields to know: do that.</summary>
    Unknown,

    /// <summary>There is no such field.</summary>
    Absent,

    /// <summary>It is there.</summary>
    Found,
}
