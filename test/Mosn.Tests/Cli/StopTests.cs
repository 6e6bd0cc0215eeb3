using System.Diagnostics;
using System.Globalization;

namespace Mosn.Tests.Cli;

public sealed class StopTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("stop")]
    [InlineData("reload")]
    public async Task Without_a_pid_file_there_is_nobody_to_ask(string command)
    {
        Assert.Equal(1, await _cli.RunAsync(command));
        Assert.Contains(
            Path.Combine(_cli.Root, ".local/state/mosn/logs/mosn.pid"), _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pid_file_of_the_configuration_is_read()
    {
        string pid = _cli.Write("run/my.pid", $"{int.MaxValue}\n");
        string config = _cli.Write("conf/mosn.json", $$"""{"pid":"{{pid}}"}""");
        Assert.Equal(1, await _cli.RunAsync("stop", "-c", config));
        Assert.Contains($"process {int.MaxValue} of {pid} is not running", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_program_under_that_number_is_left_alone()
    {
        using Process sleep = Process.Start("/bin/sleep", "60");
        try
        {
            WritePid(sleep.Id);
            Assert.Equal(1, await _cli.RunAsync("stop"));
            Assert.Contains("is not a mosn", _cli.Error, StringComparison.Ordinal);
            Assert.False(sleep.HasExited);
        }
        finally
        {
            sleep.Kill();
        }
    }

    [Fact]
    public async Task A_running_mosn_gets_an_interrupt_and_its_end_is_awaited()
    {
        using Process mosn = StartAsMosn("/bin/sleep", "60");
        WritePid(mosn.Id);

        Assert.Equal(0, await _cli.RunAsync("stop"));

        Assert.Contains($"process {mosn.Id} has ended", _cli.Out, StringComparison.Ordinal);
        await mosn.WaitForExitAsync();
        Assert.Equal(128 + 2, mosn.ExitCode); // Ended by SIGINT.
    }

    [Fact]
    public async Task A_process_that_does_not_end_is_a_failure_after_ten_seconds()
    {
        // A shell by the name of mosn that ignores SIGINT; says when it does.
        using Process mosn = StartAsMosn("/bin/sh", "-c", "trap '' INT; echo ready; read x");
        try
        {
            await mosn.StandardOutput.ReadLineAsync();
            WritePid(mosn.Id);
            _cli.Time = new HastyTime();

            Assert.Equal(1, await _cli.RunAsync("stop"));

            Assert.Contains("still runs after 10 seconds", _cli.Error, StringComparison.Ordinal);
            Assert.False(mosn.HasExited);
        }
        finally
        {
            mosn.Kill();
        }
    }

    [Fact]
    public async Task A_reload_says_that_nothing_was_reloaded()
    {
        using Process mosn = StartAsMosn("/bin/sleep", "60");
        WritePid(mosn.Id);
        Assert.Equal(1, await _cli.RunAsync("reload"));
        Assert.Contains("hot upgrade is not supported yet", _cli.Error, StringComparison.Ordinal);
        await mosn.WaitForExitAsync(); // sleep(1) does not handle SIGHUP: it was sent.
        Assert.Equal(128 + 1, mosn.ExitCode);
    }

    private void WritePid(int pid) =>
        _cli.Write(".local/state/mosn/logs/mosn.pid", pid.ToString(CultureInfo.InvariantCulture) + "\n");

    /// <summary>Runs a program under the file name mosn, which is what makes it one for <c>stop</c>.</summary>
    private Process StartAsMosn(string program, params string[] arguments)
    {
        string copy = Path.Combine(_cli.Root, "mosn");
        File.Copy(program, copy);
        ProcessStartInfo info = new(copy, arguments)
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        return Process.Start(info) ?? throw new InvalidOperationException($"cannot start {copy}");
    }

    /// <summary>A clock on which every timer fires at once and moves the clock by what it was set to.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
