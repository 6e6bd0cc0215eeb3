using System.Text;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class LogLineWriterTests
{
    private delegate void Action(ref LogLineWriter line);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(999, "999ns")]
    [InlineData(1_000, "1µs")]
    [InlineData(1_329, "1.329µs")]
    [InlineData(1_050, "1.05µs")]
    [InlineData(2_500_000, "2.5ms")]
    [InlineData(999_999_999, "999.999999ms")]
    [InlineData(1_000_000_000, "1s")]
    [InlineData(1_000_000_001, "1.000000001s")]
    [InlineData(90_500_000_000, "1m30.5s")]
    [InlineData(3_600_000_000_000, "1h0m0s")]
    [InlineData(-1_500_000, "-1.5ms")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void Durations_are_written_as_Go_writes_them(long nanoseconds, string expected) =>
        Assert.Equal(expected, Line((ref LogLineWriter line) => line.WriteDuration(nanoseconds)));

    [Fact]
    public void Control_characters_are_made_visible()
    {
        Assert.Equal(@"a\nb\r\t\x1b[0m\x7f", Line((ref LogLineWriter line) => line.Write("a\nb\r\t\u001b[0m\u007f"u8)));
        Assert.Equal(@"é\x00", Line((ref LogLineWriter line) => line.Write("é\0".AsSpan())));
    }

    [Fact]
    public void Numbers_truth_and_nothing()
    {
        Assert.Equal("-42 0x2000 true -", Line((ref LogLineWriter line) =>
        {
            line.Write(-42);
            line.WriteRaw(" "u8);
            line.WriteHex(0x2000);
            line.WriteRaw(" "u8);
            line.Write(true);
            line.WriteRaw(" "u8);
            line.WriteUnset();
        }));
    }

    [Fact]
    public void Long_text_is_written_whole_up_to_the_bound_of_a_value()
    {
        string text = string.Concat(Enumerable.Repeat("a😀é", 200));
        Assert.Equal(text, Line((ref LogLineWriter line) => line.Write(text.AsSpan())));
        string tooLong = new('x', 10_000);
        Assert.Equal(
            LogLineWriter.ValueLengthMax, Line((ref LogLineWriter line) => line.Write(tooLong.AsSpan())).Length);
        Assert.Equal(
            LogLineWriter.ValueLengthMax,
            Line((ref LogLineWriter line) => line.Write(Encoding.UTF8.GetBytes(tooLong))).Length);
    }

    [Fact]
    public void A_line_that_is_full_takes_no_more_and_breaks_nothing()
    {
        Span<byte> memory = new byte[5];
        LogLineWriter line = new(memory, LogClock.ForAccessLog(TimeZoneInfo.Utc));
        line.Write(123);
        line.Write(456_789);
        line.Write("ab\n"u8);
        line.WriteTime(0);
        Assert.Equal(5, line.Length);
        Assert.StartsWith("123", Encoding.UTF8.GetString(memory));
    }

    [Fact]
    public void Time_is_local_in_every_order_of_moments()
    {
        LogClock clock = LogClock.ForAccessLog(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        int seed = Environment.TickCount;
        Random random = new(seed);
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        // Around the end of summer time, back and forth.
        long around = new DateTimeOffset(2024, 10, 27, 1, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        for (int i = 0; i < 10_000; i++)
        {
            long moment = around + random.Next(-5_000_000, 5_000_000);
            string expected = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(moment), zone)
                .ToString("yyyy'/'MM'/'dd HH:mm:ss.fff");
            Assert.True(expected == Encoding.UTF8.GetString(clock.Format(moment)), $"seed {seed}, {moment}");
        }
    }

    private static string Line(Action write)
    {
        byte[] memory = new byte[LogRing.LineLengthMax];
        LogLineWriter line = new(memory, LogClock.ForAccessLog(TimeZoneInfo.Utc));
        write(ref line);
        return Encoding.UTF8.GetString(memory.AsSpan(0, line.Length));
    }
}
