namespace Mosn.Protocols.Http2;

/// <summary>
/// Decodes the field blocks that one peer sends, in the order of their arrival (RFC 7541). Belongs to one connection;
/// not for use by two threads. Allocates only while its table grows.
/// </summary>
/// <param name="tableBytesMax">
/// Bytes of table that we have announced (<c>SETTINGS_HEADER_TABLE_SIZE</c>), as RFC 7541 section 4.1 counts them.
/// </param>
public sealed class HpackDecoder(int tableBytesMax = HpackDecoder.TableBytesDefault)
{
    /// <summary>What holds when nobody has announced anything.</summary>
    public const int TableBytesDefault = 4096;

    private const int UpdatesMax = 2;

    private readonly HpackDynamicTable _table = new(TableBytesDefault);

    /// <summary>Until the peer knows our bound, it may use what is the default.</summary>
    private int _bytesMax = Math.Max(tableBytesMax, TableBytesDefault);
    private HeaderBlock? _waste;
    private bool _mustShrink;

    internal HpackDynamicTable Table => _table;

    /// <summary>A block for what nobody wants to keep.</summary>
    internal HeaderBlock Waste => _waste ??= new HeaderBlock();

    /// <summary>
    /// The peer has acknowledged our settings: from now on the table is as large as announced at most, and the next
    /// block must say so if that is less than it was (RFC 7541 section 4.2).
    /// </summary>
    public void OnSettingsAcknowledged()
    {
        _bytesMax = tableBytesMax;
        _mustShrink = _table.SizeMax > _bytesMax;
    }

    /// <summary>Reads the changes of the table's size that a block may begin with, before its first field.</summary>
    /// <param name="at">0 at first; where the first field is.</param>
    /// <returns>False: the block is no valid one.</returns>
    internal bool TryBegin(ReadOnlySpan<byte> block, ref int at)
    {
        for (int updates = 0; at < block.Length && (block[at] & 0xE0) == 0x20; updates++)
        {
            if (updates == UpdatesMax || !HpackInteger.TryRead(block, ref at, 5, out int bytesMax)
                || bytesMax > _bytesMax)
            {
                return false;
            }
            _table.Resize(bytesMax);
            _mustShrink = false;
        }
        return !_mustShrink;
    }

    /// <summary>Decodes the next field of a block that has one.</summary>
    /// <param name="at">Where it begins; behind it when it is there.</param>
    /// <param name="into">
    /// A field that no table holds is decoded behind its last line, without becoming a part of it.
    /// </param>
    /// <returns>False: the block is no valid one, and the table is lost.</returns>
    internal bool TryRead(ReadOnlySpan<byte> block, scoped ref int at, HeaderBlock into, ref HpackField field)
    {
        int first = block[at];
        if (first >= 0x80)
        {
            return HpackInteger.TryRead(block, ref at, 7, out int index) && TryGet(index, ref field);
        }
        if (first >= 0x40)
        {
            if (!TryReadLiteral(block, ref at, 6, into, ref field))
            {
                return false;
            }
            Add(in field);
            return true;
        }
        if ((first & 0x20) != 0 || !TryReadLiteral(block, ref at, 4, into, ref field))
        {
            return false; // A change of size stands before all fields.
        }
        if ((first & 0x10) != 0)
        {
            field.Marks |= HpackFieldMarks.NeverIndexed;
        }
        return true;
    }

    private bool TryGet(int index, ref HpackField field)
    {
        if (index is > 0 and <= HpackStaticTable.Count)
        {
            ref readonly HpackEntry entry = ref HpackStaticTable.Entry(index);
            Take(entry, ref field);
            field.Line = HpackStaticTable.Bytes(entry, entry.NameLength + entry.ValueLength + HpackField.LineBytesMore);
            return true;
        }
        index -= HpackStaticTable.Count + 1;
        if ((uint)index < (uint)_table.Count)
        {
            ref readonly HpackEntry entry = ref _table[index];
            Take(entry, ref field);
            field.Line = _table.Bytes(entry, entry.NameLength + entry.ValueLength + HpackField.LineBytesMore);
            return true;
        }
        return false;
    }

    private static void Take(in HpackEntry entry, ref HpackField field)
    {
        field.NameLength = entry.NameLength;
        field.ValueLength = entry.ValueLength;
        field.Size = entry.Size;
        field.Known = entry.Known;
        field.Kind = entry.Kind;
        field.Marks = entry.Marks;
        field.IsInBlock = false;
    }

    private bool TryReadLiteral(
        ReadOnlySpan<byte> block, scoped ref int at, int prefixBits, HeaderBlock into, ref HpackField field)
    {
        HpackString name = default;
        if (!HpackInteger.TryRead(block, ref at, prefixBits, out int index)
            || !(index == 0 ? HpackString.TryRead(block, ref at, out name) : TryGet(index, ref field))
            || !HpackString.TryRead(block, ref at, out HpackString value))
        {
            return false;
        }
        int nameLengthMax = index == 0 ? Math.Max(name.LengthMax, "Host"u8.Length) : field.NameLength;
        Span<byte> room = into.LineRoom(nameLengthMax + value.LengthMax + HpackField.LineBytesMore);
        int valueSize = field.ValueLength;
        if (index == 0)
        {
            int nameLength = name.CopyTo(room);
            if (nameLength < 0)
            {
                return false;
            }
            SetName(room, nameLength, ref field);
            valueSize = 0;
        }
        else
        {
            field.Name.CopyTo(room);
        }
        int lineNameLength = field.NameLength;
        room[lineNameLength] = (byte)':';
        room[lineNameLength + 1] = (byte)' ';
        int valueLength = value.CopyTo(room[(lineNameLength + 2)..]);
        if (valueLength < 0)
        {
            return false;
        }
        int end = lineNameLength + 2 + valueLength;
        room[end] = (byte)'\r';
        room[end + 1] = (byte)'\n';

        field.Line = room[..(end + 2)];
        field.ValueLength = valueLength;
        field.Size += valueLength - valueSize;
        bool isName = (field.Marks & HpackFieldMarks.SoundName) != HpackFieldMarks.None;
        field.Marks = HpackSoundness.OfValue(isName, field.Kind, field.Known, field.Value);
        field.IsInBlock = true;
        return true;
    }

    /// <summary>Looks at a name that was spelt out, and makes it the name of a line.</summary>
    private static void SetName(Span<byte> room, int length, ref HpackField field)
    {
        ReadOnlySpan<byte> name = room[..length];
        field.Kind = HpackField.KindOf(name);
        field.Size = HpackField.SizeOf(length, 0);
        field.NameLength = length;
        bool isSound = field.Kind == HpackFieldKind.Regular
            ? HpackSoundness.IsName(name)
            : field.Kind != HpackFieldKind.Unknown;
        field.Marks = isSound ? HpackFieldMarks.SoundName : HpackFieldMarks.None;
        field.Known = isSound && field.Kind == HpackFieldKind.Regular ? KnownHeaders.OfToken(name) : KnownHeader.None;
        if (field.Kind == HpackFieldKind.Authority)
        {
            "Host"u8.CopyTo(room);
            field.NameLength = "Host"u8.Length;
            field.Known = KnownHeader.Host;
        }
    }

    private void Add(scoped ref readonly HpackField field)
    {
        HpackEntry entry = new()
        {
            NameLength = field.NameLength,
            ValueLength = field.ValueLength,
            Size = field.Size,
            Known = field.Known,
            Kind = field.Kind,
            Marks = field.Marks,
        };
        if (_table.TryAdd(entry, field.Line.Length, out Span<byte> bytes))
        {
            field.Line.CopyTo(bytes);
        }
    }
}
