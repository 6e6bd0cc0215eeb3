namespace Mosn.Protocols.Tars;

/// <summary>Types of fields, the lower half of a field's first byte.</summary>
internal enum TarsType : byte
{
    Int8 = 0,
    Int16 = 1,
    Int32 = 2,
    Int64 = 3,
    Float = 4,
    Double = 5,

    /// <summary>A text with one byte of length.</summary>
    String1 = 6,

    /// <summary>A text with four.</summary>
    String4 = 7,

    /// <summary>A count, and as many pairs of a field 0 and a field 1.</summary>
    Map = 8,

    /// <summary>A count, and as many fields 0.</summary>
    List = 9,
    StructBegin = 10,
    StructEnd = 11,

    /// <summary>The number 0, in no bytes.</summary>
    Zero = 12,

    /// <summary>Bytes with a count of them.</summary>
    SimpleList = 13,
}
