namespace Mosn.Proxy.Server;

/// <summary>
/// One thing that the process runs: its event loops, its listeners, its admin API. <see cref="Lifecycle"/> starts the
/// parts in their order, drains them together and stops them in reverse order. All calls come one after the other,
/// on the control side, never on an event loop.
/// </summary>
public interface IServerPart
{
    /// <summary>For the log, e.g. "listeners".</summary>
    string Name { get; }

    /// <summary>Completes when the part works. Must not have opened anything before this call.</summary>
    /// <param name="cancel">Set when a stop is asked for before the start is over.</param>
    /// <exception cref="StartException">The part cannot start, and the operator can do something about it.</exception>
    ValueTask StartAsync(CancellationToken cancel);

    /// <summary>Takes no new work and completes when the work in hand is done. Parts drain at the same time.</summary>
    /// <param name="drainTime">The time that is left for it; <paramref name="cancel"/> is set at its end.</param>
    /// <param name="cancel">Also set when somebody asks a second time to stop.</param>
    ValueTask DrainAsync(TimeSpan drainTime, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>
    /// Ends everything, also what is still in flight. Called once for each part whose start was begun, also when
    /// that start failed or was cancelled half way.
    /// </summary>
    ValueTask StopAsync();
}
