namespace Mosn.Protocols;

/// <summary>Where one field lies in the arena of its <see cref="HeaderBlock"/>. 16 bytes.</summary>
internal readonly struct HeaderField
{
    /// <summary>The longest name that fits <see cref="NameLength"/>.</summary>
    public const int NameLengthMax = ushort.MaxValue;

    private const byte WholeLine = 1;
    private const byte NeverIndexed = 2;

    private readonly byte _marks;

    public int NameStart { get; init; }
    public int ValueStart { get; init; }
    public int ValueLength { get; init; }
    public ushort NameLength { get; init; }
    public KnownHeader Known { get; init; }

    /// <summary>The arena holds <c>Name: value CR LF</c> in one piece: a writer can copy it.</summary>
    public bool IsWholeLine
    {
        get => (_marks & WholeLine) != 0;
        init => _marks = (byte)(value ? _marks | WholeLine : _marks & ~WholeLine);
    }

    /// <summary>
    /// Its sender wants no table of HTTP/2 to hold it, on no connection that it will go over (RFC 7541 section 7.1.3).
    /// </summary>
    public bool IsNeverIndexed
    {
        get => (_marks & NeverIndexed) != 0;
        init => _marks = (byte)(value ? _marks | NeverIndexed : _marks & ~NeverIndexed);
    }

    /// <summary>Where the next line begins when this one is whole.</summary>
    public int LineEnd => ValueStart + ValueLength + 2;
}
