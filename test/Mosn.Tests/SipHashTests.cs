using System.Buffers.Binary;
using Mosn.Proxy;

namespace Mosn.Tests;

public class SipHashTests
{
    // Key 00 01 .. 0F. Message 00 01 .. of the given length. From the paper (15 bytes) and its reference code.
    [Theory]
    [InlineData(0, "310E0EDD47DB6F72")]
    [InlineData(1, "FD67DC93C539F874")]
    [InlineData(2, "5A4FA9D909806C0D")]
    [InlineData(3, "2D7EFBD796666785")]
    [InlineData(4, "B7877127E09427CF")]
    [InlineData(5, "8DA699CD64557618")]
    [InlineData(6, "CEE3FE586E46C9CB")]
    [InlineData(7, "37D1018BF50002AB")]
    [InlineData(8, "6224939A79F5F593")]
    [InlineData(9, "B0E4A90BDF82009E")]
    [InlineData(15, "E545BE4961CA29A1")]
    public void The_vectors_of_the_paper(int length, string hash)
    {
        byte[] message = [.. Enumerable.Range(0, length).Select(static i => (byte)i)];
        ulong expected = BinaryPrimitives.ReadUInt64LittleEndian(Convert.FromHexString(hash));
        Assert.Equal(expected, new SipHash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908).Hash(message));
    }

    [Fact]
    public void Other_keys_and_longer_messages_give_other_hashes()
    {
        HashSet<ulong> seen = [];
        byte[] message = new byte[300]; // The length counts modulo 256: only the words tell 10 zeros from 266.
        for (int length = 0; length <= message.Length; length++)
        {
            Assert.True(seen.Add(new SipHash(0xDEAD_BEEF_CAFE_BABE, 0).Hash(message.AsSpan(0, length))));
            Assert.True(seen.Add(new SipHash(0xBEEF_CAFE_BABE_DEAD, 0).Hash(message.AsSpan(0, length))));
        }
    }
}
