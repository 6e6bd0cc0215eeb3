using Microsoft.Extensions.Logging;

namespace Mosn.Proxy.Server;

/// <summary>
/// Holds the process's <see cref="ServerState"/> and the hooks that run when a stage is entered. It decides nothing:
/// <see cref="Lifecycle"/> walks it through the stages. The state may be read by any thread; everything else belongs
/// to the thread that starts and stops the process.
/// </summary>
public sealed class StageMachine(ILogger log)
{
    private static readonly int StateCount = Enum.GetValues<ServerState>().Length;

    private readonly List<StageHook>[] _hooks =
        [.. Enumerable.Range(0, StateCount).Select(_ => new List<StageHook>())];
    private readonly List<Action<ServerState>> _watchers = [];
    private volatile ServerState _state;

    public ServerState State => _state;

    /// <summary>What was asked for last; null until then. Hooks of the stop stages read it.</summary>
    public StopAction? StopAction { get; internal set; }

    /// <summary>
    /// Adds a hook that runs when <paramref name="stage"/> is entered, after those that were added before it. Hooks of
    /// start stages and of <see cref="ServerState.AfterStop"/> can be added until the first stage begins; those of
    /// <see cref="ServerState.BeforeStop"/> and <see cref="ServerState.GracefulStopping"/> while the process runs.
    /// </summary>
    /// <returns>False when it is too late: the hook is dropped and the error log says so.</returns>
    public bool AddHook(ServerState stage, string name, Func<CancellationToken, ValueTask> run)
    {
        bool isStopHook = stage is ServerState.BeforeStop or ServerState.GracefulStopping;
        Check.That(isStopHook || stage is >= ServerState.ParamsParsed and <= ServerState.AfterStart
            || stage == ServerState.AfterStop);

        ServerState addableUntil = isStopHook ? ServerState.Running : ServerState.Nil;
        if (_state > addableUntil)
        {
            log.LogError("the hook '{Hook}' for stage {Stage} came too late, in state {State}", name, stage, _state);
            return false;
        }
        _hooks[(int)stage].Add(new StageHook(name, run));
        return true;
    }

    /// <summary>
    /// Calls <paramref name="onState"/> with each state that is entered, before the hooks of that stage and on the same
    /// thread; also when the state is the one that stood already.
    /// </summary>
    public void Watch(Action<ServerState> onState) => _watchers.Add(onState);

    /// <summary>Sets the state and tells the watchers.</summary>
    /// <returns>The hooks of that stage, in order, for the caller to run.</returns>
    internal IReadOnlyList<StageHook> Enter(ServerState state)
    {
        _state = state;
        foreach (Action<ServerState> onState in _watchers)
        {
            onState(state);
        }
        return _hooks[(int)state];
    }
}

/// <summary>Work that somebody wants done when a stage is entered.</summary>
/// <param name="Name">For the log, when it fails.</param>
internal readonly record struct StageHook(string Name, Func<CancellationToken, ValueTask> Run);
