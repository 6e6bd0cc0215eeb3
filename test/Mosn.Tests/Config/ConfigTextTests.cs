using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

public sealed class ConfigTextTests
{
    [Theory]
    [InlineData("300ms", 3_000_000, "300ms")]
    [InlineData("1h15m", 45_000_000_000, "1h15m0s")]
    [InlineData("1.5s", 15_000_000, "1.5s")]
    [InlineData("0", 0, "0s")]
    [InlineData("60s", 600_000_000, "1m0s")]
    [InlineData("1us", 10, "1µs")]
    [InlineData("1ns", 1, "100ns")]
    [InlineData("-1s", -10_000_000, "-1s")]
    public void Durations_read_and_print_as_in_go(string text, long ticks, string printed)
    {
        Assert.True(GoDuration.TryParse(text, out TimeSpan duration, out _));
        Assert.Equal(ticks, duration.Ticks);
        Assert.Equal(printed, GoDuration.Format(duration));
    }

    [Theory]
    [InlineData("15", "missing unit")]
    [InlineData("", "empty duration")]
    [InlineData("s", "invalid duration")]
    [InlineData("1x", "unknown unit 'x'")]
    [InlineData("1..2s", "invalid duration")]
    [InlineData("9999999h", "duration out of range")]
    [InlineData("55555555555555555h", "duration out of range")]
    [InlineData("9223372036854775807ns1ns", "duration out of range")]
    [InlineData("99999999999999999999999999999999999s", "invalid duration")]
    public void Bad_durations_say_why(string text, string expected)
    {
        Assert.False(GoDuration.TryParse(text, out _, out string error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("10MB", 10L << 20)]
    [InlineData("0B", 0)]
    [InlineData("3k", 3 << 10)]
    [InlineData("7", 7)]
    public void Sizes_are_powers_of_1024(string text, long bytes)
    {
        Assert.True(ByteSizeText.TryParse(text, out long parsed));
        Assert.Equal(bytes, parsed);
        Assert.True(ByteSizeText.TryParse(ByteSizeText.Format(bytes), out long again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("MB")]
    [InlineData("1XB")]
    [InlineData("-1B")]
    [InlineData("99999999PB")]
    public void Bad_sizes_are_refused(string text) => Assert.False(ByteSizeText.TryParse(text, out _));

    [Theory]
    [InlineData("size = 100")]
    [InlineData("size=100, age=10")]
    [InlineData("compress=1")]
    [InlineData("size=x age=1")]
    [InlineData("tiem=1")]
    public void Bad_rollers_are_refused(string text) =>
        Assert.False(LogRollerConfig.TryParse(text, out _, out _));

    [Fact]
    public void A_roller_by_time_is_capped_at_a_day()
    {
        Assert.True(LogRollerConfig.TryParse("time=36", out LogRollerConfig? roller, out _));
        Assert.Equal(TimeSpan.FromHours(24), roller.Interval);
        Assert.True(LogRollerConfig.TryParse(roller.ToString(), out LogRollerConfig? again, out _));
        Assert.Equal(roller, again);
    }

    [Theory]
    [InlineData("127.0.0.1:80", NetworkAddressKind.Ip, "127.0.0.1:80")]
    [InlineData("[::1]:443", NetworkAddressKind.Ip, "[::1]:443")]
    [InlineData(":2045", NetworkAddressKind.Ip, "[::]:2045")]
    [InlineData("a-b.test:1", NetworkAddressKind.Name, "a-b.test:1")]
    [InlineData("unix:/run/x.sock", NetworkAddressKind.Unix, "unix:/run/x.sock")]
    public void Addresses_read_and_print(string text, NetworkAddressKind kind, string printed)
    {
        Assert.True(NetworkAddress.TryParse(text, out NetworkAddress address));
        Assert.Equal((kind, printed), (address.Kind, address.ToString()));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[1.2.3.4]:80")]
    [InlineData("a b:80")]
    [InlineData("1.2.3:80")]
    [InlineData("unix:")]
    [InlineData("")]
    public void Bad_addresses_are_refused(string text) => Assert.False(NetworkAddress.TryParse(text, out _));

    [Theory]
    [InlineData("listener", "listeners", 1)]
    [InlineData("adress", "address", 1)]
    [InlineData("naem", "name", 1)]
    [InlineData("ABC", "abc", 0)]
    public void Distances_count_swaps_once_and_ignore_case(string left, string right, int expected) =>
        Assert.Equal(expected, NearestMatch.Distance(left, right));

    [Theory]
    [InlineData("%a% text %b%", null)]
    [InlineData("50\\% %a%", null)]
    [InlineData("%%", "empty variable definition at character 1")]
    [InlineData("x %a", "unclosed variable definition at character 3")]
    public void Access_log_formats_are_checked(string format, string? error) =>
        Assert.Equal(error, AccessLogSyntax.FindError(format));
}
