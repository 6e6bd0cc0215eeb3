using System.Text;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class AccessLogFormatTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text", "plain text")]
    [InlineData("%a%", "A")]
    [InlineData("%a%%b%", "AB")]
    [InlineData("x %a% y %b%.", "x A y B.")]
    [InlineData(@"100\% %a%", @"100\% A")]
    [InlineData("%nobody% %a%", "- A")]
    public void A_format_is_literal_text_and_variables(string format, string expected) =>
        Assert.Equal(expected, Line(Compile(format)));

    [Theory]
    [InlineData("%%", "empty variable definition")]
    [InlineData("a %a% %% b", "empty variable definition")]
    [InlineData("%a% %b", "unclosed variable definition")]
    [InlineData("%", "unclosed variable definition")]
    [InlineData(@"%a\%", "unclosed variable definition")]
    public void A_broken_format_is_explained(string format, string problem)
    {
        Assert.False(AccessLogFormat<string>.TryCompile(format, Resolve, out _, out string? actual));
        Assert.StartsWith(problem, actual);
    }

    [Fact]
    public void Unknown_variables_are_named()
    {
        Assert.Equal(["x", "y z"], Compile("%x% %a% %y z%").UnknownVariables);
        Assert.Empty(Compile("%a%").UnknownVariables);
    }

    internal static AccessLogFormat<string> Compile(string format)
    {
        Assert.True(AccessLogFormat<string>.TryCompile(format, Resolve, out AccessLogFormat<string>? result, out _));
        return result;
    }

    private static VariableWriter<string>? Resolve(string name) => name switch
    {
        "a" => static (string _, ref LogLineWriter line) => line.Write("A"u8),
        "b" => static (string _, ref LogLineWriter line) => line.Write("B"u8),
        "text" => static (string text, ref LogLineWriter line) => line.Write(text.AsSpan()),
        "time" => static (string _, ref LogLineWriter line) => line.WriteTime(1_714_564_800_007),
        "took" => static (string _, ref LogLineWriter line) => line.WriteDuration(1_329),
        _ => null,
    };

    private static string Line(AccessLogFormat<string> format)
    {
        byte[] memory = new byte[LogRing.LineLengthMax];
        LogLineWriter line = new(memory, LogClock.ForAccessLog(TimeZoneInfo.Utc));
        format.Write("context", ref line);
        return Encoding.UTF8.GetString(memory.AsSpan(0, line.Length));
    }
}
