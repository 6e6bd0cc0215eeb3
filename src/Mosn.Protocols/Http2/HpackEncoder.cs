using System.Text;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Encodes the field blocks that go to one peer, which must get them in this order (RFC 7541). Puts into the table
/// what repeats, and neither secrets nor what is said only once. Belongs to one connection; not for use by two
/// threads. Allocates only while its table grows.
/// </summary>
public sealed class HpackEncoder
{
    /// <summary>
    /// Bytes of table that we use at most, whatever a peer allows: it is memory that the peer makes us hold.
    /// </summary>
    public const int TableBytesLimit = 4096;

    /// <summary>Bytes that the changes of size at the start of a block may take.</summary>
    internal const int BeginBytesMax = 2 * HpackInteger.BytesMax;

    private const int BucketCount = 64;
    private const int SeenCount = 64;

    /// <summary>Entries that a search looks at: more share a bucket only if somebody wants them to.</summary>
    private const int StepsMax = 8;

    /// <summary>An entry larger than this part of the table would push out too many others.</summary>
    private const int EntryShare = 4;

    private readonly HpackDynamicTable _table = new(TableBytesLimit);

    /// <summary>Numbers of the newest entries whose hash falls into a bucket; 0: there is none.</summary>
    private uint[] _buckets = [];

    /// <summary>The same by the name alone, of entries whose name is not in the static table.</summary>
    private uint[] _nameBuckets = [];

    /// <summary>Hashes of fields that were said lately and are not in the table.</summary>
    private uint[] _seen = [];
    private byte[] _joined = [];
    private int _bytesMax = TableBytesLimit;
    private int _bytesLeast = TableBytesLimit;

    /// <summary>
    /// Bytes of table that the peer allows (its <c>SETTINGS_HEADER_TABLE_SIZE</c>); more than
    /// <see cref="TableBytesLimit"/> are not used. The next block says so where it must.
    /// </summary>
    public int TableBytesMax
    {
        get => _bytesMax;
        set
        {
            Check.That(value >= 0);
            _bytesMax = Math.Min(value, TableBytesLimit);
            _bytesLeast = Math.Min(_bytesLeast, _bytesMax);
        }
    }

    internal HpackDynamicTable Table => _table;

    /// <summary>Begins a block: says the changes of size since the last one (RFC 7541 section 4.2).</summary>
    /// <returns>Where the first field goes.</returns>
    internal int Begin(Span<byte> room)
    {
        int at = 0;
        if (_bytesLeast < _table.SizeMax)
        {
            at = PutSize(room, at, _bytesLeast);
        }
        if (_bytesMax != _table.SizeMax)
        {
            at = PutSize(room, at, _bytesMax);
        }
        _bytesLeast = _bytesMax;
        return at;
    }

    internal static int PutIndexed(Span<byte> room, int at, int index) => HpackInteger.Put(room, at, 7, 0x80, index);

    /// <summary>Writes a field whose name stands in the static table.</summary>
    internal int Put(Span<byte> room, int at, int nameIndex, ReadOnlySpan<byte> value, HpackIndexing indexing)
    {
        if (indexing >= HpackIndexing.Without)
        {
            return PutLiteral(room, at, indexing, nameIndex, default, value);
        }
        uint hash = HpackHash.Of((uint)nameIndex, value);
        int index = Find(hash, nameIndex, default, value);
        if (index != 0)
        {
            return PutIndexed(room, at, index);
        }
        int size = HpackField.SizeOf(HpackStaticTable.NameLength(nameIndex), value.Length);
        bool isAdded = IsWorth(size, indexing, hash);
        at = PutLiteral(room, at, isAdded ? HpackIndexing.Always : HpackIndexing.Without, nameIndex, default, value);
        if (isAdded)
        {
            Add(hash, nameIndex, default, 0, value, size);
        }
        return at;
    }

    /// <summary>Writes a field by name, in whatever case that is; it goes out in lower case.</summary>
    internal int Put(
        Span<byte> room, int at, KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNeverIndexed)
    {
        HpackIndexing indexing = isNeverIndexed ? HpackIndexing.Never : HpackPolicy.Of(known, value.Length);
        int nameIndex = known == KnownHeader.None ? HpackStaticTable.IndexOfOther(name) : HpackStaticTable.IndexOf(known);
        if (nameIndex == HpackStaticTable.AcceptEncodingGzipDeflate && value.SequenceEqual("gzip, deflate"u8))
        {
            return PutIndexed(room, at, nameIndex);
        }
        if (nameIndex != 0)
        {
            return Put(room, at, nameIndex, value, indexing);
        }
        uint nameHash = HpackHash.OfName(name);
        if (indexing >= HpackIndexing.Without)
        {
            return PutLiteral(room, at, indexing, FindName(nameHash, name), name, value);
        }
        uint hash = HpackHash.Of(nameHash, value);
        int index = Find(hash, 0, name, value);
        if (index != 0)
        {
            return PutIndexed(room, at, index);
        }
        int size = HpackField.SizeOf(name.Length, value.Length);
        indexing = !IsWorth(size, indexing, hash) ? HpackIndexing.Without
            : known == KnownHeader.None && HpackPolicy.SoundsSecret(name) ? HpackIndexing.Never
            : HpackIndexing.Always;
        at = PutLiteral(room, at, indexing, FindName(nameHash, name), name, value);
        if (indexing == HpackIndexing.Always)
        {
            Add(hash, 0, name, nameHash, value, size);
        }
        return at;
    }

    /// <summary>Three pieces in one, until the next call.</summary>
    internal ReadOnlySpan<byte> Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int length = first.Length + second.Length + third.Length;
        if (_joined.Length < length)
        {
            _joined = new byte[Math.Max(256, length)];
        }
        first.CopyTo(_joined);
        second.CopyTo(_joined.AsSpan(first.Length));
        third.CopyTo(_joined.AsSpan(first.Length + second.Length));
        return _joined.AsSpan(0, length);
    }

    private int PutSize(Span<byte> room, int at, int bytesMax)
    {
        _table.Resize(bytesMax);
        return HpackInteger.Put(room, at, 5, 0x20, bytesMax);
    }

    private static int PutLiteral(
        Span<byte> room, int at, HpackIndexing indexing, int nameIndex, ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value)
    {
        at = indexing switch
        {
            HpackIndexing.Always => HpackInteger.Put(room, at, 6, 0x40, nameIndex),
            HpackIndexing.Never => HpackInteger.Put(room, at, 4, 0x10, nameIndex),
            _ => HpackInteger.Put(room, at, 4, 0x00, nameIndex),
        };
        return PutString(room, nameIndex == 0 ? PutName(room, at, name) : at, value);
    }

    private static int PutName(Span<byte> room, int at, ReadOnlySpan<byte> name)
    {
        int encodedLength = HpackHuffman.EncodedNameLength(name);
        if (encodedLength < name.Length)
        {
            at = HpackInteger.Put(room, at, 7, 0x80, encodedLength);
            HpackHuffman.EncodeName(name, room[at..]);
            return at + encodedLength;
        }
        at = HpackInteger.Put(room, at, 7, 0, name.Length);
        Check.That(Ascii.ToLower(name, room[at..], out int length) == System.Buffers.OperationStatus.Done);
        return at + length;
    }

    private static int PutString(Span<byte> room, int at, ReadOnlySpan<byte> text)
    {
        int encodedLength = HpackHuffman.EncodedLength(text);
        if (encodedLength < text.Length)
        {
            at = HpackInteger.Put(room, at, 7, 0x80, encodedLength);
            HpackHuffman.Encode(text, room[at..]);
            return at + encodedLength;
        }
        at = HpackInteger.Put(room, at, 7, 0, text.Length);
        text.CopyTo(room[at..]);
        return at + text.Length;
    }

    /// <returns>The index of the entry as a block says it; 0: there is none.</returns>
    private int Find(uint hash, int nameIndex, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_table.Count == 0)
        {
            return 0;
        }
        uint number = _buckets[hash % BucketCount];
        for (int step = 0; step < StepsMax && IsAlive(number, out int index); step++)
        {
            ref readonly HpackEntry entry = ref _table[index];
            if (entry.Hash == hash && entry.NameIndex == nameIndex && entry.ValueLength == value.Length
                && (nameIndex != 0 || HasName(entry, name))
                && _table.Bytes(entry, entry.NameLength + value.Length)[entry.NameLength..].SequenceEqual(value))
            {
                return HpackStaticTable.Count + 1 + index;
            }
            number = entry.Older;
        }
        return 0;
    }

    private int FindName(uint nameHash, ReadOnlySpan<byte> name)
    {
        if (_nameBuckets.Length == 0)
        {
            return 0;
        }
        uint number = _nameBuckets[nameHash % BucketCount];
        for (int step = 0; step < StepsMax && IsAlive(number, out int index); step++)
        {
            ref readonly HpackEntry entry = ref _table[index];
            if (HasName(entry, name))
            {
                return HpackStaticTable.Count + 1 + index;
            }
            number = entry.OlderName;
        }
        return 0;
    }

    private bool HasName(in HpackEntry entry, ReadOnlySpan<byte> name) =>
        entry.NameLength == name.Length && Ascii.EqualsIgnoreCase(_table.Bytes(entry, name.Length), name);

    /// <summary>Entries leave in the order in which they came: behind one that has left, a bucket has no other.</summary>
    private bool IsAlive(uint number, out int index)
    {
        uint age = _table.AddedCount - number;
        index = (int)age;
        return age < (uint)_table.Count;
    }

    private bool IsWorth(int size, HpackIndexing indexing, uint hash)
    {
        if (size > _table.SizeMax / EntryShare)
        {
            return false;
        }
        if (indexing == HpackIndexing.Always)
        {
            return true;
        }
        if (_seen.Length == 0)
        {
            _seen = new uint[SeenCount];
        }
        ref uint seen = ref _seen[hash % SeenCount];
        bool isSeen = seen == hash;
        seen = hash;
        return isSeen;
    }

    private void Add(uint hash, int nameIndex, ReadOnlySpan<byte> name, uint nameHash, ReadOnlySpan<byte> value, int size)
    {
        if (_buckets.Length == 0)
        {
            _buckets = new uint[BucketCount];
        }
        if (_nameBuckets.Length == 0 && nameIndex == 0)
        {
            _nameBuckets = new uint[BucketCount];
        }
        ref uint bucket = ref _buckets[hash % BucketCount];
        HpackEntry entry = new()
        {
            NameLength = name.Length,
            ValueLength = value.Length,
            Size = size,
            NameIndex = (byte)nameIndex,
            Hash = hash,
            Older = bucket,
            OlderName = nameIndex != 0 ? 0 : _nameBuckets[nameHash % BucketCount],
        };
        if (!_table.TryAdd(entry, name.Length + value.Length, out Span<byte> bytes))
        {
            return;
        }
        Ascii.ToLower(name, bytes, out _);
        value.CopyTo(bytes[name.Length..]);
        bucket = _table.AddedCount;
        if (nameIndex == 0)
        {
            _nameBuckets[nameHash % BucketCount] = _table.AddedCount;
        }
    }
}
