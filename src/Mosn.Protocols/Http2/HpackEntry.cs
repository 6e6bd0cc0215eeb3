namespace Mosn.Protocols.Http2;

/// <summary>One entry of a table. Its bytes lie in the table's; which bytes, the table's user decides.</summary>
internal readonly struct HpackEntry
{
    public int Start { get; init; }
    public int NameLength { get; init; }
    public int ValueLength { get; init; }

    /// <summary>As RFC 7541 section 4.1 counts it: name, value and 32.</summary>
    public int Size { get; init; }

    public KnownHeader Known { get; init; }
    public HpackFieldKind Kind { get; init; }
    public HpackFieldMarks Marks { get; init; }

    /// <summary>The encoder's: where the name stands in the static table, 0 if it does not.</summary>
    public byte NameIndex { get; init; }

    /// <summary>The encoder's.</summary>
    public uint Hash { get; init; }

    /// <summary>The encoder's: the entry before this one whose hash falls into the same bucket.</summary>
    public uint Older { get; init; }

    /// <summary>The encoder's: the same by name alone.</summary>
    public uint OlderName { get; init; }
}
