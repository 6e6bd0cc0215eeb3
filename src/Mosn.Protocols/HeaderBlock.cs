using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mosn.Protocols;

/// <summary>
/// The fields of one message in their order, names in the case they came in. Belongs to one stream and is used again
/// for the next one; not for use by two threads. Spans it gives out are valid until the next change of the block.
/// </summary>
/// <remarks>
/// All bytes lie in one array that only grows while a message is handled: a parser copies the field section there in
/// one go, changes are appended. A line is kept as it goes onto the wire, so that a writer copies runs of
/// neighbouring lines at once.
/// </remarks>
public sealed class HeaderBlock
{
    /// <summary>
    /// Bytes that <see cref="Clear"/> keeps for the next message; more goes back to the collector. Twice what the largest
    /// heads of honest clients have: pools hold thousands of blocks, and somebody may have filled them all.
    /// </summary>
    private const int BytesKeptMax = 16 * 1024;
    private const int FieldsKeptMax = 256;

    private byte[] _bytes = [];
    private int _used;
    private HeaderField[] _fields = [];
    private int _count;
    private ulong _present;

    public int Count => _count;

    /// <summary>Whether a field was added, set or removed since <see cref="MarkUnchanged"/>.</summary>
    internal bool IsChanged { get; private set; }

    /// <summary>Whether <see cref="TryAdd"/> has refused a field since <see cref="Clear"/>.</summary>
    internal bool HasRefused { get; private set; }

    /// <summary>Bytes. At least what all lines take on the wire, and quick to know.</summary>
    public int WireBytesMax => _used + _count;

    internal ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, _count);

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    public ReadOnlySpan<byte> Name(int index)
    {
        ref readonly HeaderField field = ref FieldAt(index);
        return _bytes.AsSpan(field.NameStart, field.NameLength);
    }

    public ReadOnlySpan<byte> Value(int index)
    {
        ref readonly HeaderField field = ref FieldAt(index);
        return _bytes.AsSpan(field.ValueStart, field.ValueLength);
    }

    public KnownHeader Known(int index) => FieldAt(index).Known;

    /// <summary>Whether a field of that name is there: one test of a bit.</summary>
    public bool Contains(KnownHeader header) => (_present & Bit(header)) != 0;

    /// <summary>Whether any of the headers in the mask is there; bit n of the mask is the header of value n.</summary>
    internal bool ContainsAny(ulong mask) => (_present & mask) != 0;

    /// <summary>The value of the first field of that name.</summary>
    public bool TryGet(KnownHeader header, out ReadOnlySpan<byte> value)
    {
        int index = IndexOf(header);
        value = index < 0 ? default : Value(index);
        return index >= 0;
    }

    /// <summary>The value of the first field of that name; the case of the name does not matter.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int index = IndexOf(name);
        value = index < 0 ? default : Value(index);
        return index >= 0;
    }

    /// <returns>The index of the first such field at or after <paramref name="from"/>, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(KnownHeader header, int from = 0) => Contains(header) ? Find(header, from) : -1;

    /// <returns>The index of the first such field at or after <paramref name="from"/>, or -1.</returns>
    public int IndexOf(ReadOnlySpan<byte> name, int from = 0)
    {
        KnownHeader known = KnownHeaders.Of(name);
        if (known != KnownHeader.None)
        {
            return IndexOf(known, from);
        }
        for (int i = from; i < _count; i++)
        {
            if (_fields[i].Known == KnownHeader.None && _fields[i].NameLength == name.Length
                && Ascii.EqualsIgnoreCase(Name(i), name))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Appends a field that is known to be valid, e.g. from the configuration; see TryAdd.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Check.That(TryAdd(name, value));

    public void Add(KnownHeader header, ReadOnlySpan<byte> value) => Add(KnownHeaders.NameOf(header), value);

    /// <summary>Appends a field, unless its bytes could be read as something else than one field.</summary>
    /// <returns>False, and nothing changed: the name is no token, or the value holds a control byte.</returns>
    public bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!IsValid(name, value))
        {
            HasRefused = true;
            return false;
        }
        InsertAt(_count, name, value);
        return true;
    }

    /// <summary>Makes the value the only one of that name, where the first of them stood or at the end.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Check.That(TrySet(name, value));

    public void Set(KnownHeader header, ReadOnlySpan<byte> value) => Set(KnownHeaders.NameOf(header), value);

    /// <returns>False, and nothing changed: the name is no token, or the value holds a control byte.</returns>
    public bool TrySet(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!IsValid(name, value))
        {
            return false;
        }
        int index = IndexOf(name);
        if (index < 0)
        {
            InsertAt(_count, name, value);
            return true;
        }
        RemoveAllFrom(name, index + 1);
        _fields[index] = Append(name, value);
        return true;
    }

    /// <returns>How many fields of that name were there.</returns>
    public int Remove(ReadOnlySpan<byte> name) => RemoveAllFrom(name, 0);

    /// <returns>How many fields of that name were there.</returns>
    public int Remove(KnownHeader header)
    {
        int removed = 0;
        for (int i = IndexOf(header); i >= 0; i = IndexOf(header, i))
        {
            RemoveAt(i);
            removed++;
        }
        return removed;
    }

    /// <summary>Removes all fields of the headers in the mask, in one pass; bit n is the header of value n.</summary>
    internal void RemoveAny(ulong mask)
    {
        Debug.Assert((mask & Bit(KnownHeader.None)) == 0);
        if (!ContainsAny(mask))
        {
            return;
        }
        Span<HeaderField> fields = _fields.AsSpan(0, _count);
        int kept = 0;
        for (int i = 0; i < fields.Length; i++)
        {
            if ((Bit(fields[i].Known) & mask) == 0)
            {
                if (kept != i)
                {
                    fields[kept] = fields[i];
                }
                kept++;
            }
        }
        _count = kept;
        IsChanged = true;
        _present &= ~mask;
    }

    public void RemoveAt(int index)
    {
        KnownHeader known = FieldAt(index).Known;
        Array.Copy(_fields, index + 1, _fields, index, _count - index - 1);
        _count--;
        IsChanged = true;
        if (known != KnownHeader.None)
        {
            _present &= ~Bit(known);
            UpdatePresence(known);
        }
    }

    /// <summary>Empties the block. Memory is kept for the next message unless this one was unusually large.</summary>
    public void Clear()
    {
        _used = 0;
        _count = 0;
        _present = 0;
        HasRefused = false;
        if (_bytes.Length > BytesKeptMax)
        {
            _bytes = [];
        }
        if (_fields.Length > FieldsKeptMax)
        {
            _fields = [];
        }
    }

    /// <summary>Makes the other block equal to this one; what it held is lost.</summary>
    public void CopyTo(HeaderBlock other)
    {
        Check.That(!ReferenceEquals(this, other));
        other.Clear();
        other.EnsureBytes(_used);
        other.EnsureFields(_count);
        Bytes.CopyTo(other._bytes);
        Fields.CopyTo(other._fields);
        other._used = _used;
        other._count = _count;
        other._present = _present;
    }

    /// <summary>The fields are as they were received.</summary>
    internal void MarkUnchanged() => IsChanged = false;

    /// <summary>The fields are to be written, whether or not somebody has changed them.</summary>
    internal void MarkChanged() => IsChanged = true;

    internal static ulong Bit(KnownHeader header) => 1UL << (int)header;

    /// <summary>Puts a valid field before all others.</summary>
    internal void InsertFirst(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Check.That(IsValid(name, value));
        InsertAt(0, name, value);
    }

    /// <summary>
    /// Room for a parser to write fields to, with what it has written so far. They do not count before
    /// <see cref="Accept"/>.
    /// </summary>
    internal Span<HeaderField> FieldRoom(int written)
    {
        EnsureFields(written + 16);
        return _fields;
    }

    /// <summary>
    /// Takes over a parsed section: its bytes, which the offsets of the fields already written to
    /// <see cref="FieldRoom"/> refer to.
    /// </summary>
    internal void Accept(ReadOnlySpan<byte> section, int count, ulong present)
    {
        Debug.Assert(count <= _fields.Length);
        _used = 0;
        EnsureBytes(section.Length);
        section.CopyTo(_bytes);
        _used = section.Length;
        _count = count;
        _present = present;
    }

    /// <summary>
    /// Room behind the last line for a decoder to write one to. It becomes a part of the block by
    /// <see cref="AcceptLine"/>, or is lost.
    /// </summary>
    internal Span<byte> LineRoom(int length)
    {
        EnsureBytes(checked(_used + length));
        return _bytes.AsSpan(_used, length);
    }

    /// <summary>Takes over a sound line, <c>name: value CR LF</c>, that lies at the start of the room.</summary>
    internal void AcceptLine(int nameLength, int valueLength, KnownHeader known, bool isNeverIndexed)
    {
        EnsureFields(_count + 1);
        _fields[_count++] = new HeaderField
        {
            NameStart = _used,
            NameLength = (ushort)nameLength,
            ValueStart = _used + nameLength + 2,
            ValueLength = valueLength,
            Known = known,
            IsWholeLine = true,
            IsNeverIndexed = isNeverIndexed,
        };
        _used += nameLength + valueLength + 4;
        _present |= Bit(known) & ~1UL;
    }

    /// <summary>Makes the last line one value longer: <paramref name="value"/> behind the separator.</summary>
    internal void ExtendLastLine(ReadOnlySpan<byte> separator, ReadOnlySpan<byte> value, bool isNeverIndexed)
    {
        HeaderField last = FieldAt(_count - 1);
        Check.That(last.IsWholeLine && last.LineEnd == _used);
        int more = separator.Length + value.Length;

        // The value may lie in the room behind this line.
        EnsureBytes(checked(_used + more));
        Span<byte> rest = _bytes.AsSpan(_used - 2, more + 2);
        value.CopyTo(rest[separator.Length..]);
        separator.CopyTo(rest);
        "\r\n"u8.CopyTo(rest[more..]);
        _used += more;
        _fields[_count - 1] = last with
        {
            ValueLength = last.ValueLength + more, IsNeverIndexed = last.IsNeverIndexed || isNeverIndexed,
        };
    }

    /// <summary>Makes the field the last one, and its line the last line.</summary>
    internal void MoveToEnd(int index)
    {
        HeaderField field = FieldAt(index);
        HeaderField moved = Append(Name(index), Value(index)) with { IsNeverIndexed = field.IsNeverIndexed };
        Array.Copy(_fields, index + 1, _fields, index, _count - index - 1);
        _fields[_count - 1] = moved;
    }

    private int Find(KnownHeader header, int from)
    {
        Debug.Assert(header != KnownHeader.None);
        ReadOnlySpan<HeaderField> fields = Fields;
        for (int i = from; i < fields.Length; i++)
        {
            if (fields[i].Known == header)
            {
                return i;
            }
        }
        return -1;
    }

    private static bool IsValid(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        name.Length <= HeaderField.NameLengthMax && HttpSyntax.IsToken(name) && HttpSyntax.IsFieldValue(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref readonly HeaderField FieldAt(int index)
    {
        Check.That((uint)index < (uint)_count);
        return ref _fields[index];
    }

    private void InsertAt(int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        HeaderField field = Append(name, value);
        EnsureFields(_count + 1);
        Array.Copy(_fields, index, _fields, index + 1, _count - index);
        _fields[index] = field;
        _count++;
        _present |= field.Known == KnownHeader.None ? 0 : Bit(field.Known);
    }

    private HeaderField Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        IsChanged = true;
        value = HttpSyntax.Trim(value);
        int lineLength = checked(name.Length + value.Length + 4);

        // The name or the value may lie in this very arena; growing leaves the old array, and so the span, intact.
        EnsureBytes(checked(_used + lineLength));
        Span<byte> line = _bytes.AsSpan(_used, lineLength);
        name.CopyTo(line);
        ": "u8.CopyTo(line[name.Length..]);
        value.CopyTo(line[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(line[^2..]);

        HeaderField field = new()
        {
            NameStart = _used,
            NameLength = (ushort)name.Length,
            ValueStart = _used + name.Length + 2,
            ValueLength = value.Length,
            Known = KnownHeaders.OfToken(name),
            IsWholeLine = true,
        };
        _used += lineLength;
        return field;
    }

    private int RemoveAllFrom(ReadOnlySpan<byte> name, int from)
    {
        int removed = 0;
        for (int i = IndexOf(name, from); i >= 0; i = IndexOf(name, i))
        {
            RemoveAt(i);
            removed++;
        }
        return removed;
    }

    private void UpdatePresence(KnownHeader known)
    {
        foreach (ref readonly HeaderField field in Fields)
        {
            if (field.Known == known)
            {
                _present |= Bit(known);
                return;
            }
        }
    }

    private void EnsureBytes(int length)
    {
        if (_bytes.Length < length)
        {
            int doubled = (int)Math.Min(2L * _bytes.Length, Array.MaxLength);
            byte[] larger = new byte[Math.Max(length, Math.Max(1024, doubled))];
            _bytes.AsSpan(0, _used).CopyTo(larger);
            _bytes = larger;
        }
    }

    private void EnsureFields(int count)
    {
        if (_fields.Length < count)
        {
            Array.Resize(ref _fields, Math.Max(count, Math.Max(16, 2 * _fields.Length)));
        }
    }
}
