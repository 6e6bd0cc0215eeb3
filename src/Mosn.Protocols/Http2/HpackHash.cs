using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Hashes for finding a field in the encoder's table. They need not withstand an attacker: the table's searches are
/// short whatever he sends.
/// </summary>
internal static class HpackHash
{
    private const ulong Factor = 0x9E37_79B9_7F4A_7C15;
    private const ulong Fold = 0x2020_2020_2020_2020;

    /// <summary>The same for names that differ in case alone (and for a few others).</summary>
    public static uint OfName(ReadOnlySpan<byte> name) => Of(name, Fold, Factor);

    public static uint Of(uint name, ReadOnlySpan<byte> value) => Of(value, 0, name * Factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Of(ReadOnlySpan<byte> text, ulong fold, ulong seed)
    {
        ulong hash = seed ^ (uint)text.Length;
        while (text.Length > sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text) | fold);
            text = text[sizeof(ulong)..];
        }
        hash = Mix(hash, Last(text) | fold);
        return (uint)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong word) => (BitOperations.RotateLeft(hash, 25) ^ word) * Factor;

    /// <summary>Up to eight bytes; which of them stands where matters as little as that some may come twice.</summary>
    private static ulong Last(ReadOnlySpan<byte> text) => text.Length switch
    {
        8 => BinaryPrimitives.ReadUInt64LittleEndian(text),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(text)
            | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[^4..]) << 32),
        > 0 => text[0] | ((uint)text[text.Length / 2] << 8) | ((uint)text[^1] << 16),
        _ => 0,
    };
}
