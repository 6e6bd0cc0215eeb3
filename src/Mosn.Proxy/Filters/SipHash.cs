using System.Buffers.Binary;
using System.Numerics;

namespace Mosn.Proxy.Filters;

/// <summary>
/// SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): a hash whose collisions nobody finds who
/// does not know the key. Add parts, then take the result. A mutable struct: keep it on the stack.
/// </summary>
internal struct SipHash(ulong key0, ulong key1)
{
    private ulong _v0 = key0 ^ 0x736f6d6570736575;
    private ulong _v1 = key1 ^ 0x646f72616e646f6d;
    private ulong _v2 = key0 ^ 0x6c7967656e657261;
    private ulong _v3 = key1 ^ 0x7465646279746573;

    /// <summary>Adds a part; its length counts, so that "a", "bc" differs from "ab", "c".</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        int length = part.Length;
        while (part.Length >= 8)
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(part));
            part = part[8..];
        }
        Span<byte> last = stackalloc byte[8];
        last.Clear();
        part.CopyTo(last);
        Add(BinaryPrimitives.ReadUInt64LittleEndian(last) | ((ulong)length << 56));
    }

    public void Add(ulong word)
    {
        _v3 ^= word;
        Round();
        _v0 ^= word;
    }

    public ulong Finish()
    {
        _v2 ^= 0xFF;
        Round();
        Round();
        Round();
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }
}
