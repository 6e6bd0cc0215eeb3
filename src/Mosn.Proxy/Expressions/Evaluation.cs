using System.Buffers;
using System.Runtime.CompilerServices;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// One evaluation: the request, what went wrong, and room for texts that are built. On the stack of the loop's thread;
/// rents memory when the first text is built and gives it back in <see cref="Dispose"/>.
/// </summary>
internal ref struct Evaluation(StreamContext stream)
{
    /// <summary>Bytes of all texts that one evaluation may build.</summary>
    public const int TextBytesMax = 64 * 1024;

    private const int FirstChunkBytes = 1024;

    private Chunks _chunks;
    private int _chunkCount;
    private int _used;
    private int _total;

    /// <summary>Not looked at while constants are folded.</summary>
    public readonly StreamContext Stream => stream;

    /// <summary>Set by whatever could not be evaluated.</summary>
    public EvaluationFault Fault { get; set; }

    /// <summary>Notes why there is no value.</summary>
    /// <returns>False, for the caller to return.</returns>
    public bool Fail(EvaluationFault fault)
    {
        Fault = fault;
        return false;
    }

    /// <summary>As the other one, for a method that has a value to give.</summary>
    public bool Fail<T>(EvaluationFault fault, out T value)
        where T : allows ref struct
    {
        value = default!;
        Fault = fault;
        return false;
    }

    /// <summary>Room for a text, valid until the end of the evaluation; its bytes are undefined.</summary>
    /// <returns>False: the texts are too long; the fault is set.</returns>
    public bool TryRent(int length, out Span<byte> room)
    {
        if (length > TextBytesMax - _total)
        {
            return Fail(EvaluationFault.TooLong, out room);
        }
        if (_chunkCount == 0 || length > _chunks[_chunkCount - 1].Length - _used)
        {
            // Each chunk is twice the one before, so that a few suffice for all that is allowed.
            int chunkBytes = Math.Max(length, FirstChunkBytes << _chunkCount);
            _chunks[_chunkCount++] = ArrayPool<byte>.Shared.Rent(chunkBytes);
            _used = 0;
        }
        room = _chunks[_chunkCount - 1].AsSpan(_used, length);
        _used += length;
        _total += length;
        return true;
    }

    /// <summary>Gives back the memory; texts of this evaluation are not valid any more.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _chunkCount; i++)
        {
            ArrayPool<byte>.Shared.Return(_chunks[i]);
        }
        _chunkCount = 0;
    }

    /// <summary>1 + 2 + 4 … KiB: the seventh chunk alone holds all that is allowed.</summary>
    [InlineArray(8)]
    private struct Chunks
    {
        private byte[] _first;
    }
}
