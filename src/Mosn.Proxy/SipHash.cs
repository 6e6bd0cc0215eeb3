using System.Buffers.Binary;
using System.Numerics;

namespace Mosn.Proxy;

/// <summary>
/// SipHash-2-4 of some bytes under a key of 128 bits (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012). MOSN
/// hashes with it, so what is equal there is equal here.
/// </summary>
/// <param name="k0">The first eight bytes of the key, little-endian.</param>
/// <param name="k1">The other eight.</param>
internal readonly struct SipHash(ulong k0, ulong k1)
{
    private const int WordLength = sizeof(ulong);

    public ulong Hash(ReadOnlySpan<byte> message)
    {
        ulong v0 = k0 ^ 0x736F_6D65_7073_6575;
        ulong v1 = k1 ^ 0x646F_7261_6E64_6F6D;
        ulong v2 = k0 ^ 0x6C79_6765_6E65_7261;
        ulong v3 = k1 ^ 0x7465_6462_7974_6573;

        ReadOnlySpan<byte> rest = message;
        for (; rest.Length >= WordLength; rest = rest[WordLength..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        ulong last = LastWord(rest, message.Length);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;

        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /// <summary>What does not fill a word, and the length's lowest byte on top.</summary>
    private static ulong LastWord(ReadOnlySpan<byte> rest, int length)
    {
        ulong word = (ulong)length << 56;
        for (int i = 0; i < rest.Length; i++)
        {
            word |= (ulong)rest[i] << (8 * i);
        }
        return word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
