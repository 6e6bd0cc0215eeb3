using Microsoft.Extensions.Logging;
using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

// The test plays the operator: every wait ends because a part, a signal or the clock says so.
public class LifecycleTests
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromMinutes(10);

    private readonly RecordedLog _log = new();
    private readonly List<string> _events = [];
    private readonly StageMachine _stages;
    private readonly HeldTime _time = new();

    public LifecycleTests() => _stages = new StageMachine(_log);

    [Fact]
    public async Task Hooks_and_parts_start_in_order_and_stop_in_reverse()
    {
        foreach (ServerState stage in (ServerState[])[
            ServerState.AfterStop, ServerState.GracefulStopping, ServerState.BeforeStop, ServerState.AfterStart,
            ServerState.Starting, ServerState.PreStart, ServerState.Initing, ServerState.ParamsParsed])
        {
            _stages.AddHook(stage, "hook", _ => Say($"hook {stage}"));
        }
        Lifecycle life = NewLife(new FakePart("a", _events), new FakePart("b", _events));

        await RunToTheEndAsync(life, StopAction.GracefulStop);

        Assert.Equal(
            [
                "hook ParamsParsed", "hook Initing", "hook PreStart", "hook Starting", "a starts", "b starts",
                "hook AfterStart", "hook BeforeStop", "a drains", "b drains", "hook GracefulStopping", "b stops",
                "a stops", "hook AfterStop",
            ],
            _events);
    }

    [Fact]
    public async Task States_follow_each_other_with_the_numbers_of_Mosn()
    {
        List<int> states = [];
        _stages.Watch(state => states.Add((int)state));
        await RunToTheEndAsync(NewLife(), StopAction.GracefulStop);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], states);
    }

    [Fact]
    public async Task An_immediate_stop_does_not_drain()
    {
        FakePart part = new("a", _events);
        ExitCode code = await RunToTheEndAsync(NewLife(part), StopAction.Stop);
        Assert.Equal(ExitCode.Success, code);
        Assert.Equal(["a starts", "a stops"], _events);
    }

    [Fact]
    public async Task A_graceful_stop_waits_for_the_parts()
    {
        FakePart part = new("a", _events) { Drained = new TaskCompletionSource() };
        Lifecycle life = NewLife(part);
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);
        life.Request(StopAction.GracefulStop);
        await part.Draining.Task;
        Assert.Equal(ServerState.GracefulStopping, _stages.State);
        Assert.False(run.IsCompleted);

        part.Drained.SetResult();
        Assert.Equal(ExitCode.Success, await run);
        Assert.Equal(DrainTime, part.DrainTime);
    }

    [Fact]
    public async Task The_drain_ends_with_its_time()
    {
        FakePart part = new("a", _events) { Drained = new TaskCompletionSource() };
        Lifecycle life = NewLife(part);
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);
        life.Request(StopAction.GracefulStop);
        await part.Draining.Task;

        _time.Fire(DrainTime);

        Assert.Equal(ExitCode.Success, await run);
        Assert.Contains(_log.Lines, line => line.StartsWith("Warning: a was not done", StringComparison.Ordinal));
        Assert.Equal("a stops", _events[^1]);
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate)]
    [InlineData(ProcessSignal.Interrupt)]
    public async Task A_second_signal_cuts_the_drain_short(ProcessSignal second)
    {
        FakePart part = new("a", _events) { Drained = new TaskCompletionSource() };
        Lifecycle life = NewLife(part);
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);
        life.OnSignal(ProcessSignal.Terminate);
        await part.Draining.Task;

        life.OnSignal(second);

        Assert.Equal(ExitCode.Success, await run);
        Assert.Equal("a stops", _events[^1]);
    }

    [Fact]
    public async Task A_third_signal_leaves_a_hanging_part_behind()
    {
        FakePart hangs = new("hangs", _events) { Stopped = new TaskCompletionSource() };
        Lifecycle life = NewLife(new FakePart("a", _events), hangs);
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);
        life.OnSignal(ProcessSignal.Quit);
        await hangs.Stopping.Task;

        life.OnSignal(ProcessSignal.Quit);

        Assert.Equal(ExitCode.UncleanStop, await run);
        Assert.Equal("a stops", _events[^1]);
        Assert.Equal(ServerState.Stopped, _stages.State);
    }

    [Fact]
    public async Task A_part_that_hangs_at_the_stop_is_left_behind_in_time()
    {
        FakePart hangs = new("hangs", _events) { Stopped = new TaskCompletionSource() };
        Lifecycle life = NewLife(hangs);
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);
        life.Request(StopAction.Stop);
        await hangs.Stopping.Task;

        _time.Fire(Lifecycle.StopTimeMax);

        Assert.Equal(ExitCode.UncleanStop, await run);
        Assert.Contains(_log.Lines, line => line.StartsWith("Warning: hangs was not done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_that_cannot_start_ends_the_process_and_stops_what_had_started()
    {
        Lifecycle life = NewLife(
            new FakePart("a", _events),
            new FakePart("b", _events) { StartFailure = new StartException("127.0.0.1:80 is in use") },
            new FakePart("c", _events));

        Assert.Equal(ExitCode.Failure, await life.RunAsync());
        Assert.Equal(["a starts", "b starts", "b stops", "a stops"], _events);
        Assert.Contains("Critical: cannot start: b: 127.0.0.1:80 is in use", _log.Lines);
        Assert.Equal("b: 127.0.0.1:80 is in use", life.StartFailure);
    }

    [Fact]
    public async Task A_stop_during_the_start_cancels_it_and_is_a_success()
    {
        FakePart slow = new("slow", _events) { Started = new TaskCompletionSource() };
        Lifecycle life = NewLife(slow, new FakePart("never", _events));
        Task<ExitCode> run = life.RunAsync();
        await slow.Starting.Task;

        life.Request(StopAction.GracefulStop);

        Assert.Equal(ExitCode.Success, await run);
        Assert.Equal(["slow starts", "slow stops"], _events);
    }

    [Fact]
    public async Task A_failing_stop_step_shows_in_the_exit_code_and_stops_nobody_else()
    {
        _stages.AddHook(ServerState.BeforeStop, "hook", _ => throw new IOException("no"));
        FakePart last = new("b", _events) { StopFailure = new IOException("no") };
        ExitCode code = await RunToTheEndAsync(NewLife(new FakePart("a", _events), last), StopAction.Stop);

        Assert.Equal(ExitCode.UncleanStop, code);
        Assert.Equal("a stops", _events[^1]);
        Assert.Equal(2, _log.Lines.Count(line => line.StartsWith("Error:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hang_up_is_refused_and_changes_nothing()
    {
        Lifecycle life = NewLife();
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);

        life.OnSignal(ProcessSignal.HangUp);

        Assert.Equal(ServerState.Running, _stages.State);
        Assert.Contains(_log.Lines, line => line.StartsWith("Warning: hot upgrade", StringComparison.Ordinal));
        life.Request(StopAction.Stop);
        await run;
    }

    [Fact]
    public void User_signal_1_reopens_every_log()
    {
        Lifecycle life = NewLife();
        int reopened = 0;
        life.OnReopenLogs(() => reopened++);
        life.OnReopenLogs(() => reopened++);
        life.OnSignal(ProcessSignal.User1);
        Assert.Equal(2, reopened);
    }

    private Lifecycle NewLife(params IServerPart[] parts) => new(_stages, parts, DrainTime, _time, _log);

    private ValueTask Say(string what)
    {
        _events.Add(what);
        return ValueTask.CompletedTask;
    }

    private async Task<Task<ExitCode>> RunUntilAsync(Lifecycle life, ServerState state)
    {
        TaskCompletionSource reached = new();
        _stages.Watch(entered =>
        {
            if (entered == state)
            {
                reached.TrySetResult();
            }
        });
        Task<ExitCode> run = life.RunAsync();
        await reached.Task;
        return run;
    }

    private async Task<ExitCode> RunToTheEndAsync(Lifecycle life, StopAction action)
    {
        Task<ExitCode> run = await RunUntilAsync(life, ServerState.Running);
        life.Request(action);
        return await run;
    }
}
