using System.Runtime.InteropServices;

namespace Mosn.Transport.Buffers;

/// <summary>
/// A block of native memory that received or outgoing bytes live in, counted by reference so that bytes can go from one
/// connection's input to another's output without a copy.
/// </summary>
/// <remarks>
/// Belongs to the loop whose <see cref="BufferPool"/> made it; only that loop's thread may touch it. Whoever rents or
/// retains releases exactly once; the last release returns the block to its pool.
/// </remarks>
public sealed unsafe class Chunk
{
    private readonly BufferPool _pool;
    private int _references;

    internal Chunk(BufferPool pool, int capacity)
    {
        _pool = pool;
        Capacity = capacity;
        Address = (byte*)NativeMemory.Alloc((nuint)capacity);
    }

    /// <summary>Bytes.</summary>
    public int Capacity { get; }

    /// <summary>The whole block. Valid while the caller holds a reference.</summary>
    public Span<byte> Span => new(Address, Capacity);

    /// <summary>True when the caller's reference is the only one, so the block may be overwritten.</summary>
    public bool IsExclusive => _references == 1;

    internal byte* Address { get; private set; }

    /// <summary>Adds a reference.</summary>
    public void Retain()
    {
        Check.That(_references > 0);
        _references++;
    }

    /// <summary>Gives a reference back.</summary>
    public void Release()
    {
        Check.That(_references > 0);
        if (--_references == 0)
        {
            _pool.Return(this);
        }
    }

    internal void Rented()
    {
        Check.That(_references == 0);
        _references = 1;
    }

    internal void Free()
    {
        NativeMemory.Free(Address);
        Address = null;
    }
}
