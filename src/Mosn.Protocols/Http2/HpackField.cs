namespace Mosn.Protocols.Http2;

/// <summary>One decoded field: a line as a <see cref="HeaderBlock"/> keeps it. Valid until its source changes.</summary>
/// <remarks>The line of an <c>:authority</c> says <c>Host</c>, as that is where it goes.</remarks>
internal ref struct HpackField
{
    /// <summary>What a line has beside name and value.</summary>
    public const int LineBytesMore = 4;

    private const int SizeMore = 32;

    /// <summary><c>name: value CR LF</c>.</summary>
    public ReadOnlySpan<byte> Line;
    public int NameLength;
    public int ValueLength;

    /// <summary>As RFC 7541 section 4.1 and RFC 9113 section 6.5.2 count it: name, value and 32.</summary>
    public int Size;

    public KnownHeader Known;
    public HpackFieldKind Kind;
    public HpackFieldMarks Marks;

    /// <summary>The line lies behind the last one of the block that the decoder was given.</summary>
    public bool IsInBlock;

    public readonly ReadOnlySpan<byte> Name => Line[..NameLength];

    public readonly ReadOnlySpan<byte> Value => Line.Slice(NameLength + 2, ValueLength);

    public readonly bool IsSound => (Marks & HpackFieldMarks.Sound) != HpackFieldMarks.None;

    public readonly bool IsNeverIndexed => (Marks & HpackFieldMarks.NeverIndexed) != HpackFieldMarks.None;

    public static int SizeOf(int nameLength, int valueLength) => nameLength + valueLength + SizeMore;

    public static HpackFieldKind KindOf(ReadOnlySpan<byte> name) => name switch
    {
        not [(byte)':', ..] => HpackFieldKind.Regular,
        _ when name.SequenceEqual(":method"u8) => HpackFieldKind.Method,
        _ when name.SequenceEqual(":scheme"u8) => HpackFieldKind.Scheme,
        _ when name.SequenceEqual(":authority"u8) => HpackFieldKind.Authority,
        _ when name.SequenceEqual(":path"u8) => HpackFieldKind.Path,
        _ when name.SequenceEqual(":protocol"u8) => HpackFieldKind.Protocol,
        _ when name.SequenceEqual(":status"u8) => HpackFieldKind.Status,
        _ => HpackFieldKind.Unknown,
    };

    /// <summary>The name that the line of a field has.</summary>
    public static string LineName(string name) => name == ":authority" ? "Host" : name;
}
