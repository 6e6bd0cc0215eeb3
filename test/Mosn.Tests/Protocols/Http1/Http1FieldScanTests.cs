using System.Text;
using Mosn.Protocols.Http1;

namespace Mosn.Tests.Protocols.Http1;

/// <summary>Whatever the length of a line and wherever its ends lie, they are found as one byte after the other finds them.</summary>
public class Http1FieldScanTests
{
    private const string Token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    [Fact]
    public void Every_byte_is_what_it_is_at_every_place()
    {
        for (int length = 1; length <= 70; length++)
        {
            byte[] line = new byte[length];
            for (int at = 0; at < length; at++)
            {
                for (int value = 0; value < 256; value++)
                {
                    // A name, a colon a few bytes before or behind the byte in question, a value.
                    Array.Fill(line, (byte)'a');
                    line[Math.Min(length - 1, (at * 7) % length)] = (byte)':';
                    line[at] = (byte)value;
                    AssertSame(line);
                }
            }
        }
    }

    [Fact]
    public void Random_lines_are_read_as_byte_for_byte()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        byte[] alphabet = [.. "aZ09-_: \t\r\n"u8, 0, 0x1F, 0x7F, 0x80, 0xFF, .. "azbycxdwevfu"u8];
        for (int round = 0; round < 50_000; round++)
        {
            byte[] line = new byte[random.Next(1, 100)];
            int plain = random.Next(4) == 0 ? 0 : random.Next(line.Length);
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = i < plain ? (byte)'x' : alphabet[random.Next(alphabet.Length)];
            }
            try
            {
                AssertSame(line);
            }
            catch (Xunit.Sdk.XunitException e)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}", e);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)]
    public void Nothing_is_found_behind_the_last_byte(int length) =>
        Assert.Equal((-1, -1), Http1FieldScan.FindRest(new byte[length], length));

    private static void AssertSame(byte[] line)
    {
        int name = Array.FindIndex(line, static b => b >= 0x80 || !Token.Contains((char)b, StringComparison.Ordinal));
        int end = name < 0 ? -1 : Array.FindIndex(line, name + 1, static b => (b < 0x20 && b != (byte)'\t') || b == 0x7F);
        byte[] before = new byte[40];
        foreach (int start in (ReadOnlySpan<int>)[0, 1, 31, 40])
        {
            // What lies before the line is not part of it, but may lie in the window.
            (int NameLength, int ValueEnd) found = Http1FieldScan.FindRest([.. before[..start], .. line], start);
            if (found != (name, end))
            {
                Assert.Fail($"{Encoding.Latin1.GetString(line)} at {start}: {(name, end)} and not {found}");
            }
        }
        if (Http1FieldScan.TryFind(line, out int nameLength, out int valueEnd) && (nameLength, valueEnd) != (name, end))
        {
            Assert.Fail($"{Encoding.Latin1.GetString(line)}: {(name, end)} and not {(nameLength, valueEnd)}");
        }
    }
}
