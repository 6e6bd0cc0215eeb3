using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

public class StageMachineTests
{
    private readonly RecordedLog _log = new();

    [Theory]
    [InlineData(ServerState.ParamsParsed, ServerState.Nil)]
    [InlineData(ServerState.Initing, ServerState.Nil)]
    [InlineData(ServerState.PreStart, ServerState.Nil)]
    [InlineData(ServerState.Starting, ServerState.Nil)]
    [InlineData(ServerState.AfterStart, ServerState.Nil)]
    [InlineData(ServerState.AfterStop, ServerState.Nil)]
    [InlineData(ServerState.BeforeStop, ServerState.Running)]
    [InlineData(ServerState.GracefulStopping, ServerState.Running)]
    public void A_hook_is_taken_up_to_a_state_and_then_refused(ServerState stage, ServerState last)
    {
        StageMachine stages = new(_log);
        for (ServerState state = ServerState.Nil; state <= ServerState.Stopped; state++)
        {
            stages.Enter(state);
            Assert.Equal(state <= last, stages.AddHook(stage, "late", _ => ValueTask.CompletedTask));
        }
        Assert.Equal((int)last + 1, stages.Enter(stage).Count);
        int refusals = _log.Lines.Count(line => line.StartsWith("Error: the hook 'late'", StringComparison.Ordinal));
        Assert.Equal(ServerState.Stopped - last, refusals);
    }

    [Fact]
    public void Watchers_hear_every_state_also_the_same_one_twice()
    {
        StageMachine stages = new(_log);
        List<ServerState> heard = [];
        stages.Watch(heard.Add);
        stages.Enter(ServerState.Running);
        stages.Enter(ServerState.Running);
        Assert.Equal([ServerState.Running, ServerState.Running], heard);
    }

    [Fact]
    public void The_state_is_set_when_the_watcher_hears_of_it()
    {
        StageMachine stages = new(_log);
        ServerState seen = ServerState.Nil;
        stages.Watch(_ => seen = stages.State);
        stages.Enter(ServerState.PreStart);
        Assert.Equal(ServerState.PreStart, seen);
    }

    [Theory]
    [InlineData(ServerState.Running)]
    [InlineData(ServerState.Stopping)]
    [InlineData(ServerState.Upgrading)]
    public void States_without_hooks_take_none(ServerState state) =>
        Assert.ThrowsAny<Exception>(
            () => new StageMachine(_log).AddHook(state, "x", _ => ValueTask.CompletedTask));
}
