using System.Buffers.Binary;

namespace Mosn.Protocols.Frames;

/// <summary>
/// The CRC-32 of IEEE 802.3, as zlib and <c>java.util.zip</c> have it, computed in pieces. Eight bytes at a time by as many
/// tables (Kounavis and Berry, "Novel table lookup-based algorithms for high-performance CRC generation").
/// </summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB8_8320; // Reflected.
    private const int Slices = 8;

    private static readonly uint[] s_tables = MakeTables();

    /// <summary>Goes on with a checksum; it begins with 0.</summary>
    public static uint Append(uint soFar, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = s_tables;
        uint crc = ~soFar;
        while (bytes.Length >= Slices)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(7 * 256) + (byte)low]
                ^ tables[(6 * 256) + (byte)(low >> 8)]
                ^ tables[(5 * 256) + (byte)(low >> 16)]
                ^ tables[(4 * 256) + (int)(low >> 24)]
                ^ tables[(3 * 256) + (byte)high]
                ^ tables[(2 * 256) + (byte)(high >> 8)]
                ^ tables[256 + (byte)(high >> 16)]
                ^ tables[(int)(high >> 24)];
            bytes = bytes[Slices..];
        }
        foreach (byte value in bytes)
        {
            crc = (crc >> 8) ^ tables[(byte)crc ^ value];
        }
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
            tables[i] = crc;
        }
        for (int i = 256; i < tables.Length; i++)
        {
            uint before = tables[i - 256];
            tables[i] = (before >> 8) ^ tables[(byte)before];
        }
        return tables;
    }
}
