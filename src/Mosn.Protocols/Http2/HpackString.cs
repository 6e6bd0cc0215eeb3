namespace Mosn.Protocols.Http2;

/// <summary>A string literal where it lies in a block (RFC 7541 section 5.2).</summary>
internal readonly ref struct HpackString
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isHuffman;

    private HpackString(ReadOnlySpan<byte> bytes, bool isHuffman)
    {
        _bytes = bytes;
        _isHuffman = isHuffman;
    }

    /// <summary>Bytes of room that suffice to copy it, which are more than it has.</summary>
    public int LengthMax => _isHuffman ? HpackHuffman.DecodedLengthMax(_bytes.Length) : _bytes.Length;

    /// <returns>False: the block ends in it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> block, scoped ref int at, out HpackString text)
    {
        text = default;
        if (at >= block.Length)
        {
            return false;
        }
        bool isHuffman = block[at] >= 0x80;
        if (!HpackInteger.TryRead(block, ref at, 7, out int length) || length > block.Length - at)
        {
            return false;
        }
        text = new HpackString(block.Slice(at, length), isHuffman);
        at += length;
        return true;
    }

    /// <param name="room">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes copied; -1: not a text of the code.</returns>
    public int CopyTo(Span<byte> room)
    {
        if (_isHuffman)
        {
            return HpackHuffman.Decode(_bytes, room);
        }
        _bytes.CopyTo(room);
        return _bytes.Length;
    }
}
