using Microsoft.Extensions.Logging;

namespace Mosn.Proxy.Server;

/// <summary>
/// The life of the process: walks the <see cref="StageMachine"/> from start to stop, starts the parts in their order
/// and stops them in reverse. One instance, one <see cref="RunAsync"/>; requests to stop may come from any thread.
/// </summary>
public sealed class Lifecycle(
    StageMachine stages, IReadOnlyList<IServerPart> parts, TimeSpan drainTimeMax, TimeProvider time, ILogger log)
{
    /// <summary>Stopping is closing descriptors: what takes longer than this hangs, and is left behind.</summary>
    internal static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<StopAction> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancelStart = new();
    private readonly CancellationTokenSource _cancelDrain = new();
    private readonly CancellationTokenSource _cancelStop = new();
    private readonly List<Action> _reopenLogs = [];
    private readonly List<IServerPart> _started = [];
    private ExitCode _exitCode;

    /// <summary>Why the process never ran, for whoever started it; null when it did, or nobody is to blame.</summary>
    public string? StartFailure { get; private set; }

    /// <summary>Adds what SIGUSR1 does to one log file. Before <see cref="RunAsync"/> only.</summary>
    public void OnReopenLogs(Action reopen) => _reopenLogs.Add(reopen);

    /// <summary>Starts, runs until a stop is asked for, and stops. Completes when the last part has stopped.</summary>
    public async Task<ExitCode> RunAsync()
    {
        Check.That(stages.State == ServerState.Nil);
        bool running = await StartAsync();
        if (running)
        {
            stages.StopAction = await _stop.Task;
        }
        else
        {
            // A start that failed has nothing to drain, and neither has one that was called off.
            stages.StopAction = StopAction.Stop;
        }
        await StopAsync(stages.StopAction.Value);
        return _exitCode;
    }

    /// <summary>
    /// Asks for a stop. A second request cuts the drain short, a third one leaves parts behind that hang while they
    /// stop. Reload and upgrade are refused with a line in the log.
    /// </summary>
    public void Request(StopAction action)
    {
        if (action is StopAction.Reload or StopAction.Upgrade)
        {
            log.LogWarning("hot upgrade is not supported yet: the running process goes on with its old configuration");
            return;
        }
        if (_stop.TrySetResult(action))
        {
            _cancelStart.Cancel();
        }
        else if (stages.State < ServerState.Stopping)
        {
            log.LogWarning("asked again to stop: not waiting for requests in flight any more");
            _cancelDrain.Cancel();
        }
        else
        {
            _cancelStop.Cancel();
        }
    }

    /// <summary>TERM drains, INT and QUIT end at once, USR1 reopens logs, HUP asks for a reload.</summary>
    public void OnSignal(ProcessSignal signal)
    {
        switch (signal)
        {
            case ProcessSignal.Terminate:
                Request(StopAction.GracefulStop);
                break;
            case ProcessSignal.Interrupt or ProcessSignal.Quit:
                Request(StopAction.Stop);
                break;
            case ProcessSignal.HangUp:
                Request(StopAction.Reload);
                break;
            case ProcessSignal.User1:
                ReopenLogs();
                break;
        }
    }

    private void ReopenLogs()
    {
        foreach (Action reopen in _reopenLogs)
        {
            reopen();
        }
        log.LogInformation("log files reopened");
    }

    /// <returns>Whether the process is running now; if not, the exit code says why.</returns>
    private async Task<bool> StartAsync()
    {
        string step = "";
        CancellationToken cancel = _cancelStart.Token;
        try
        {
            await EnterAsync(ServerState.ParamsParsed);
            await EnterAsync(ServerState.Initing);
            await EnterAsync(ServerState.PreStart);
            await EnterAsync(ServerState.Starting);
            foreach (IServerPart part in parts)
            {
                step = part.Name;
                cancel.ThrowIfCancellationRequested();
                _started.Add(part);
                await part.StartAsync(cancel);
            }
            await EnterAsync(ServerState.AfterStart);
            cancel.ThrowIfCancellationRequested();
            stages.Enter(ServerState.Running);
            log.LogInformation("running as process {Pid}", Environment.ProcessId);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            log.LogWarning("asked to stop before the start was over");
        }
        catch (StartException e)
        {
            log.LogCritical("cannot start: {Step}: {Reason}", step, e.Message);
            StartFailure = $"{step}: {e.Message}";
            _exitCode = ExitCode.Failure;
        }
        catch (Exception e)
        {
            log.LogCritical(e, "cannot start: {Step}", step);
            StartFailure = $"{step}: {e}";
            _exitCode = ExitCode.Failure;
        }
        return false;

        async ValueTask EnterAsync(ServerState stage)
        {
            foreach (StageHook hook in stages.Enter(stage))
            {
                step = hook.Name;
                cancel.ThrowIfCancellationRequested();
                await hook.Run(cancel);
            }
        }
    }

    private async Task StopAsync(StopAction action)
    {
        await RunStopHooksAsync(stages.Enter(ServerState.BeforeStop), _cancelDrain.Token);
        if (action == StopAction.GracefulStop)
        {
            await DrainAsync();
        }

        using CancellationTokenSource limit = new(StopTimeMax, time);
        using CancellationTokenSource cut = Either(limit, _cancelStop);
        stages.Enter(ServerState.Stopping);
        foreach (IServerPart part in Enumerable.Reverse(_started))
        {
            await TryAsync(part.Name, part.StopAsync, cut.Token);
        }
        await RunStopHooksAsync(stages.Enter(ServerState.AfterStop), cut.Token);
        log.LogInformation("stopped");
        stages.Enter(ServerState.Stopped);
    }

    private async Task DrainAsync()
    {
        using CancellationTokenSource limit = new(drainTimeMax, time);
        using CancellationTokenSource cut = Either(limit, _cancelDrain);
        IReadOnlyList<StageHook> hooks = stages.Enter(ServerState.GracefulStopping);
        await Task.WhenAll(_started.Select(
            part => TryAsync(part.Name, () => part.DrainAsync(drainTimeMax, cut.Token), cut.Token)));
        await RunStopHooksAsync(hooks, cut.Token);
    }

    private static CancellationTokenSource Either(CancellationTokenSource one, CancellationTokenSource other) =>
        CancellationTokenSource.CreateLinkedTokenSource(one.Token, other.Token);

    private async Task RunStopHooksAsync(IReadOnlyList<StageHook> hooks, CancellationToken cancel)
    {
        foreach (StageHook hook in hooks)
        {
            await TryAsync(hook.Name, () => hook.Run(cancel), cancel);
        }
    }

    /// <summary>A step of the stop that fails is logged and does not keep the others from theirs.</summary>
    private async Task TryAsync(string step, Func<ValueTask> run, CancellationToken cancel)
    {
        try
        {
            await run().AsTask().WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            log.LogWarning("{Step} was not done in time in state {State}", step, stages.State);
            if (stages.State == ServerState.Stopping)
            {
                NoteUncleanStop(); // A drain has its time, and ends with it; what does not stop is left behind.
            }
        }
        catch (Exception e)
        {
            log.LogError(e, "{Step} failed in state {State}", step, stages.State);
            NoteUncleanStop();
        }
    }

    private void NoteUncleanStop() => _exitCode = _exitCode == ExitCode.Success ? ExitCode.UncleanStop : _exitCode;
}
