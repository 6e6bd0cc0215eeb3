using System.Text;
using Mosn.Protocols.Dubbo;

namespace Mosn.Tests.Protocols.Dubbo;

public sealed class Hessian2ReaderTests
{
    /// <summary>Values as a real peer writes them.</summary>
    public static TheoryData<string> Values =>
    [
        "80", "BF", "C830", "C000", "CFFF", "D40800", "D00000", "D7FFFF", "4900040000", "D8", "EF", "F810", "F000", "3C0800",
        "3FFFFF", "5900040000", "4C0000010000000000", "480161915A", "5B", "5C", "5DF9", "5E012C", "5F00002FDA",
        "4B017D7840", "4A0000015D3EF7987B", "0478EDA0BDEDB88079", "3020" + Repeat("61", 32), "33FF" + Repeat("61", 1023),
        "530400" + Repeat("61", 1024), "23010203", "3410" + Repeat("00", 16), "420400" + Repeat("00", 1024), "7A79915191",
        "58989192939495969798", "4305636F6D2E41920178017960910171", "7A4305636F6D2E4191017860916092", "4E", "54", "46",
        "520001610162", "410001002101", "550474797065915A", "57915A", "5604747970659191", "71047479706591",
        "4D04747970650161915A", "430161904F90", "00",
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_of_a_real_peer_is_passed_over_whole_and_not_before_it_is_whole(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Skips(bytes.AsSpan(0, length), out _), $"{length} bytes");
        }
        Assert.True(Skips([.. bytes, 0x91], out int end));
        Assert.Equal(bytes.Length, end);
    }

    [Theory]
    [InlineData("40")]
    [InlineData("45")]
    [InlineData("47")]
    [InlineData("50")]
    [InlineData("5A")]
    [InlineData("60")]
    [InlineData("4F90")]
    [InlineData("5190")]
    [InlineData("01FF")]
    [InlineData("01F09F9880")]
    [InlineData("02C341")]
    [InlineData("588F")]
    [InlineData("56909190")]
    [InlineData("48915A")]
    [InlineData("4301618F60")]
    public void What_is_no_value_is_none(string hex) => Assert.False(Skips(Convert.FromHexString(hex), out _));

    [Fact]
    public void A_list_that_says_it_is_long_costs_no_more_than_its_bytes() =>
        Assert.False(Skips(Convert.FromHexString("58497FFFFFFF" + Repeat("91", 100)), out _));

    [Fact]
    public void Values_lie_within_each_other_only_so_deep()
    {
        Assert.True(Skips([.. Enumerable.Repeat((byte)0x79, 64), 0x91], out _));
        Assert.False(Skips([.. Enumerable.Repeat((byte)0x79, 65), 0x91], out _));
    }

    [Theory]
    [InlineData("80", -16)]
    [InlineData("BF", 47)]
    [InlineData("C830", 48)]
    [InlineData("C000", -2048)]
    [InlineData("CFFF", 2047)]
    [InlineData("D40800", 2048)]
    [InlineData("D00000", -262144)]
    [InlineData("D7FFFF", 262143)]
    [InlineData("4900040000", 262144)]
    [InlineData("4980000000", int.MinValue)]
    public void A_number_is_read_in_any_form(string hex, int expected)
    {
        Hessian2Reader reader = new(Convert.FromHexString(hex));
        Assert.True(reader.TryReadInt(out int value));
        Assert.Equal(expected, value);
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x.S")]
    [InlineData("x\uD83D\uDE00y")]
    [InlineData("äöü")]
    public void A_text_that_was_written_is_read(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] room = new byte[Hessian2Text.MaxLength(utf8.Length)];
        int length = Hessian2Text.Write(utf8, room);
        Assert.Equal(text.Length, room[0]);
        Hessian2Reader reader = new(room.AsSpan(0, length));
        Assert.True(reader.TryReadText(out ReadOnlySpan<byte> read, out bool isNull));
        Assert.False(isNull);
        Assert.True(reader.IsAtEnd);
        byte[] again = new byte[Hessian2Text.MaxLength(read.Length)];
        Assert.Equal(room[..length], again[..Hessian2Text.Write(read, again)]);
    }

    [Theory]
    [InlineData(31, "1F")]
    [InlineData(32, "3020")]
    [InlineData(1023, "33FF")]
    [InlineData(1024, "530400")]
    [InlineData(65535, "53FFFF")]
    public void A_text_has_the_shortest_head(int length, string head)
    {
        byte[] room = new byte[Hessian2Text.MaxLength(length)];
        int written = Hessian2Text.Write(Encoding.ASCII.GetBytes(new string('a', length)), room);
        Assert.Equal(Convert.FromHexString(head), room[..(written - length)]);
    }

    [Fact]
    public void A_text_too_long_for_one_piece_is_not_written() =>
        Assert.Equal(0, Hessian2Text.Write(new byte[65536], new byte[200_000]));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_written_as_Latin_1()
    {
        byte[] room = new byte[16];
        Assert.Equal([0x02, (byte)'a', 0xC3, 0xA9], room[..Hessian2Text.Write([(byte)'a', 0xE9], room)]);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Ljava/lang/String;", 1)]
    [InlineData("VZBCDFIJS", 9)]
    [InlineData("[I[[Ljava/lang/String;J", 3)]
    [InlineData("Ljava/lang/String", -1)]
    [InlineData("x", -1)]
    public void A_descriptor_says_how_many_arguments_there_are(string descriptor, int expected) =>
        Assert.Equal(expected, DubboFields.CountArguments(Encoding.ASCII.GetBytes(descriptor)));

    [Fact]
    public void Passing_over_a_value_allocates_nothing()
    {
        byte[] bytes = Convert.FromHexString("7A4305636F6D2E4191017860916092");
        Mosn.Testing.Allocations.Of(() => Skips(bytes, out _));
        Assert.Equal(0, Mosn.Testing.Allocations.Of(() => Skips(bytes, out _)));
    }

    private static string Repeat(string hex, int count) => string.Concat(Enumerable.Repeat(hex, count));

    private static bool Skips(ReadOnlySpan<byte> bytes, out int end)
    {
        Hessian2Reader reader = new(bytes);
        Hessian2Shapes shapes = default;
        bool isSound = reader.TrySkip(ref shapes);
        end = reader.Position;
        return isSound;
    }
}
