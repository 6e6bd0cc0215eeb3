using Mosn.Cli;

namespace Mosn.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_shows_commands_flags_and_exit_codes(string line)
    {
        Assert.Equal(0, await _cli.RunAsync(Split(line)));
        Assert.Empty(_cli.Error);
        foreach (string expected in (string[])[
            "start", "stop", "reload", "check", "schema", "version", "-c, --config FILE", "[$MOSN_CONFIG]",
            "examples:", "exit codes:", "70"])
        {
            Assert.Contains(expected, _cli.Out, StringComparison.Ordinal);
        }
        Assert.All(_cli.Out.Split('\n'), row => Assert.True(row.Length <= 120, row));
    }

    [Theory]
    [InlineData("version")]
    [InlineData("schema")]
    [InlineData("--help")]
    [InlineData("check")]
    public async Task An_output_that_takes_nothing_is_a_failure_and_no_bug(string line)
    {
        using StringWriter error = new();
        int code = await CommandLine.RunAsync([line], new CliContext(
            new BrokenWriter(static () => throw new IOException("No space left on device")), error,
            static _ => null, TimeProvider.System, "/proc"));
        Assert.Equal(1, code);
        Assert.Equal("mosn: No space left on device\n", error.ToString());
    }

    [Fact]
    public async Task A_bug_is_told_with_where_it_was_and_its_own_exit_code()
    {
        using StringWriter error = new();
        BrokenWriter output = new(static () => throw new InvalidOperationException("it cannot be"));
        Assert.Equal(70, await CommandLine.RunAsync(
            ["version"], new CliContext(output, error, static _ => null, TimeProvider.System, "/proc")));
        Assert.StartsWith("mosn: this is a bug in mosn: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("it cannot be", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(VersionCommand), error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_tells_when_nothing_else_can()
    {
        BrokenWriter broken = new(static () => throw new IOException("gone"));
        Assert.Equal(1, await CommandLine.RunAsync(
            ["version"], new CliContext(broken, broken, static _ => null, TimeProvider.System, "/proc")));
    }

    [Fact]
    public async Task Help_of_start_shows_every_flag()
    {
        Assert.Equal(0, await _cli.RunAsync("start", "--help"));
        Assert.Contains("--service-lables, --sl KEY:VALUE", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("--disable-hot-restart", _cli.Out, StringComparison.Ordinal);
        Assert.All(_cli.Out.Split('\n'), row => Assert.True(row.Length <= 120, row));
    }

    [Fact]
    public async Task Help_of_a_command_shows_its_own_flags_only()
    {
        Assert.Equal(0, await _cli.RunAsync("check", "--help"));
        Assert.Contains("--strict", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("mosn check -c mosn.json --strict", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--pod-name", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("strat", "mosn: unknown command 'strat'; did you mean 'start'?")]
    [InlineData("frobnicate", "mosn: unknown command 'frobnicate'.")]
    [InlineData("start --confg x.json", "mosn start: unknown flag '--confg'; did you mean '--config'?")]
    [InlineData("check --stirct", "mosn check: unknown flag '--stirct'; did you mean '--strict'?")]
    [InlineData("check --drain-time-s 5", "mosn check: unknown flag '--drain-time-s'.")]
    [InlineData("version 1", "mosn version: unknown argument '1'.")]
    [InlineData("--wat", "mosn: unknown flag '--wat'.")]
    [InlineData("start --drain-time-s soon", "mosn start: '--drain-time-s' takes a whole number of seconds")]
    [InlineData("start --drain-time-s -1", "mosn start: '--drain-time-s' takes a whole number of seconds")]
    [InlineData("check --format xml", "mosn check: ")]
    [InlineData("start --config", "mosn start: ")]
    public async Task A_line_that_is_not_understood_ends_with_2(string line, string message)
    {
        Assert.Equal(2, await _cli.RunAsync(Split(line)));
        Assert.Empty(_cli.Out);
        Assert.StartsWith(message, _cli.Error, StringComparison.Ordinal);
        Assert.Contains("--help'", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(2, _cli.Error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    [InlineData("-version")]
    [InlineData("-v")]
    public async Task The_version_is_printed(string flag)
    {
        Assert.Equal(0, await _cli.RunAsync(flag));
        Assert.Matches(@"^mosn version \d+\.\d+\.\d+\n$", _cli.Out);
    }

    private static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed class BrokenWriter(Action onWrite) : StringWriter
    {
        public override void Write(char value) => onWrite();

        public override void Write(string? value) => onWrite();

        public override void WriteLine(string? value) => onWrite();

        public override void WriteLine() => onWrite();
    }
}
