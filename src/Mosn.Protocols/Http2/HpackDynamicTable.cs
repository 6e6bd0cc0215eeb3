using System.Numerics;

namespace Mosn.Protocols.Http2;

/// <summary>
/// The entries that one side of a connection has agreed on, newest first, the oldest leaving when room is needed
/// (RFC 7541 sections 2.3.2 and 4). Its memory grows with what it holds, up to about three times its size, and is then
/// used again and again.
/// </summary>
/// <remarks>
/// Bytes are appended to one array; when its end is reached, what still lives moves to the front. As at least half of
/// the array is free after that, each byte moves once at most on average.
/// </remarks>
internal sealed class HpackDynamicTable(int sizeMax)
{
    private const int BytesAtFirst = 512;
    private const int EntriesAtFirst = 16;

    private byte[] _bytes = [];
    private int _end;
    private HpackEntry[] _entries = [];
    private int _count;
    private int _size;

    public int Count => _count;

    /// <summary>As <see cref="HpackEntry.Size"/> counts it.</summary>
    public int Size => _size;

    /// <summary>What <see cref="Size"/> may not exceed. Change it by <see cref="Resize"/>.</summary>
    public int SizeMax { get; private set; } = sizeMax;

    /// <summary>Entries added since the beginning; the newest bears this number, and the first bore 1.</summary>
    public uint AddedCount { get; private set; }

    /// <param name="index">0 for the newest entry; less than <see cref="Count"/>.</param>
    public ref readonly HpackEntry this[int index]
    {
        get
        {
            Check.That((uint)index < (uint)_count);
            return ref At(index);
        }
    }

    /// <summary>The entry's bytes, until the next change of the table.</summary>
    public ReadOnlySpan<byte> Bytes(in HpackEntry entry, int length) => _bytes.AsSpan(entry.Start, length);

    /// <summary>Makes the size another one; what does not fit any more leaves.</summary>
    public void Resize(int sizeMax)
    {
        SizeMax = sizeMax;
        Shrink(sizeMax);
    }

    /// <summary>
    /// Adds an entry. One that is larger than the table empties it and is not kept, which is no error (RFC 7541
    /// section 4.4).
    /// </summary>
    /// <param name="length">Bytes to keep for it.</param>
    /// <param name="bytes">For the caller to fill. Not part of the table before.</param>
    /// <returns>False: it was not kept.</returns>
    public bool TryAdd(in HpackEntry entry, int length, out Span<byte> bytes)
    {
        Shrink(SizeMax - entry.Size);
        if (entry.Size > SizeMax)
        {
            bytes = default;
            return false;
        }
        EnsureBytes(length);
        if (_count == _entries.Length)
        {
            GrowEntries();
        }
        AddedCount++;
        _count++;
        _size += entry.Size;
        At(0) = entry with { Start = _end };
        bytes = _bytes.AsSpan(_end, length);
        _end += length;
        return true;
    }

    private ref HpackEntry At(int index) => ref _entries[(AddedCount - (uint)index) & (uint)(_entries.Length - 1)];

    private void Shrink(int sizeMax)
    {
        while (_size > sizeMax && _count > 0)
        {
            _size -= At(_count - 1).Size;
            _count--;
        }
    }

    private void EnsureBytes(int length)
    {
        if (length <= _bytes.Length - _end)
        {
            return;
        }
        int start = _count == 0 ? _end : At(_count - 1).Start;
        int lived = _end - start;
        int wanted = Math.Max(BytesAtFirst, 2 * (lived + length));
        byte[] to = wanted <= _bytes.Length ? _bytes : new byte[BitOperations.RoundUpToPowerOf2((uint)wanted)];
        _bytes.AsSpan(start, lived).CopyTo(to);
        for (int i = 0; i < _count; i++)
        {
            At(i) = At(i) with { Start = At(i).Start - start };
        }
        _bytes = to;
        _end = lived;
    }

    private void GrowEntries()
    {
        HpackEntry[] old = _entries;
        HpackEntry[] larger = new HpackEntry[Math.Max(EntriesAtFirst, 2 * old.Length)];
        for (int i = 0; i < _count; i++)
        {
            uint number = AddedCount - (uint)i;
            larger[number & (uint)(larger.Length - 1)] = old[number & (uint)(old.Length - 1)];
        }
        _entries = larger;
    }
}
