namespace Mosn.Protocols;

/// <summary>Where one field lies in the arena of its <see cref="HeaderBlock"/>. 16 bytes.</summary>
internal readonly struct HeaderField
{
    /// <summary>The longest name that fits <see cref="NameLength"/>.</summary>
    public const int NameLengthMax = ushort.MaxValue;

    public int NameStart { get; init; }
    public int ValueStart { get; init; }
    public int ValueLength { get; init; }
    public ushort NameLength { get; init; }
    public KnownHeader Known { get; init; }

    /// <summary>The arena holds <c>Name: value CR LF</c> in one piece: a writer can copy it.</summary>
    public bool IsWholeLine { get; init; }

    /// <summary>Where the next line begins when this one is whole.</summary>
    public int LineEnd => ValueStart + ValueLength + 2;
}
