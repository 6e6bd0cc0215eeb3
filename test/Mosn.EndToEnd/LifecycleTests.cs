namespace Mosn.EndToEnd;

/// <summary>Signals, pid file and exit codes of the real process.</summary>
public class LifecycleTests
{
    private const int HangUp = 1, Interrupt = 2, Quit = 3, User1 = 10, Terminate = 15;

    private const string NoListeners =
        """{"servers":[{"mosn_server_name":"e2e","default_log_path":"stderr","listeners":[],"routers":[]}]}""";

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    [InlineData(Quit)]
    public async Task A_stop_that_was_asked_for_is_a_success_and_removes_the_pid_file(int signal)
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(NoListeners);
        string pidFile = Path.Combine(mosn.Directory, "logs/mosn.pid");
        Assert.Equal($"{mosn.Pid}\n", await File.ReadAllTextAsync(pidFile));

        mosn.Signal(signal);

        Assert.Equal(0, await mosn.WaitForExitAsync());
        Assert.False(File.Exists(pidFile));
    }

    [Fact]
    public async Task Hang_up_and_user_signal_1_leave_it_running()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(NoListeners);
        mosn.Signal(HangUp);
        await mosn.WaitForLogAsync("hot upgrade is not supported yet");
        mosn.Signal(User1);
        await mosn.WaitForLogAsync("log files reopened");
        mosn.Signal(Terminate);
        Assert.Equal(0, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task The_log_lies_beside_the_configuration_and_is_opened_anew_on_user_signal_1()
    {
        using MosnProcess mosn = MosnProcess.Launch(NoListeners.Replace("stderr", "", StringComparison.Ordinal));
        await mosn.WaitForFileAsync("logs/mosn.log", "running as process");
        string log = Path.Combine(mosn.Directory, "logs/mosn.log");
        File.Move(log, log + ".old");

        mosn.Signal(User1);
        await mosn.WaitForFileAsync("logs/mosn.log", "");
        mosn.Signal(HangUp);
        await mosn.WaitForFileAsync("logs/mosn.log", "hot upgrade is not supported yet");

        mosn.Signal(Terminate);
        Assert.Equal(0, await mosn.WaitForExitAsync());
        Assert.EndsWith(" stopped\n", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_asks_for_xds_is_warned_that_there_is_none_yet()
    {
        using MosnProcess mosn = MosnProcess.Launch("""{"dynamic_resources":{},"static_resources":{}}""");
        await mosn.WaitForLogAsync("the xDS client is not built yet");
        await mosn.WaitForLogAsync("running as process");
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_told_to_whoever_starts()
    {
        using MosnProcess mosn = MosnProcess.Launch(
            NoListeners.Replace("stderr", "/proc/mosn/no.log", StringComparison.Ordinal));
        await mosn.WaitForLogAsync("mosn start: error log: ");
        Assert.Equal(1, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task Mosn_stop_ends_it()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(NoListeners);
        Assert.Equal(0, await mosn.RunAsync("stop", "-c", "conf/mosn.json"));
        Assert.Equal(0, await mosn.WaitForExitAsync());
        Assert.Equal(1, await mosn.RunAsync("stop", "-c", "conf/mosn.json"));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Quit)]
    public async Task Signals_work_also_in_a_background_job_of_a_shell(int signal)
    {
        // What a shell does to "mosn start &", and nohup to SIGHUP.
        using MosnProcess mosn = await MosnProcess.StartAsync(NoListeners, shell: "trap '' INT QUIT HUP; exec \"$@\"");
        mosn.Signal(HangUp);
        await mosn.WaitForLogAsync("hot upgrade is not supported yet");
        mosn.Signal(signal);
        Assert.Equal(0, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task Mosn_reload_asks_it_and_fails_as_long_as_upgrades_are_missing()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(NoListeners);
        Assert.Equal(1, await mosn.RunAsync("reload", "-c", "conf/mosn.json"));
        await mosn.WaitForLogAsync("hot upgrade is not supported yet");
    }

    [Fact]
    public async Task Commands_end_with_their_codes()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(NoListeners);
        await File.WriteAllTextAsync(Path.Combine(mosn.Directory, "conf/broken.json"), "{");
        Assert.Equal(0, await mosn.RunAsync());
        Assert.Equal(0, await mosn.RunAsync("version"));
        Assert.Equal(0, await mosn.RunAsync("check", "-c", "conf/mosn.json"));
        Assert.Equal(1, await mosn.RunAsync("check", "-c", "conf/broken.json"));
        Assert.Equal(1, await mosn.RunAsync("start", "-c", "conf/broken.json"));
        Assert.Equal(2, await mosn.RunAsync("strat"));
        Assert.Equal(2, await mosn.RunAsync("start", "--confg", "x"));
    }
}
