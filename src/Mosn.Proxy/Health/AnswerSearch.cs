namespace Mosn.Proxy.Health;

/// <summary>Looks for bytes in an answer that comes in pieces, however small: no piece is looked at again.</summary>
/// <param name="sought">One byte at least.</param>
/// <param name="lengthMax">Bytes of the answer that count.</param>
internal sealed class AnswerSearch(byte[] sought, int lengthMax)
{
    private byte[] _text = [];
    private int _length;

    /// <summary>True once so much came that the rest does not count.</summary>
    public bool IsFull => _length == lengthMax;

    /// <summary>Takes the next piece. True if what is sought ends in it.</summary>
    public bool Finds(ReadOnlySpan<byte> piece)
    {
        piece = piece[..Math.Min(piece.Length, lengthMax - _length)];
        if (_text.Length - _length < piece.Length)
        {
            Array.Resize(ref _text, Math.Max(2 * _text.Length, _length + piece.Length));
        }
        piece.CopyTo(_text.AsSpan(_length));
        int from = Math.Max(0, _length - sought.Length + 1);
        _length += piece.Length;
        return _text.AsSpan(from, _length - from).IndexOf(sought) >= 0;
    }
}
