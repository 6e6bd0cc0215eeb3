using Mosn.Transport.Buffers;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Server;

/// <summary>Gives the memory of a busy time back when it is over.</summary>
/// <param name="loops">Whose pools tell that it is.</param>
internal sealed class PeakMemoryPart(IReadOnlyList<EventLoop> loops, EventLoop controlLoop) : IServerPart
{
    /// <summary>The loops look at the same time, and one may be in a long turn.</summary>
    private const long AfterMs = 1000;

    private ControlTimer? _timer;
    private ReleasedBytes _released;

    public string Name => "peak memory";

    public ValueTask StartAsync(CancellationToken cancel)
    {
        _timer = new ControlTimer(controlLoop, GiveBack);
        foreach (EventLoop loop in loops)
        {
            loop.Surplus.OnReleased = OnReleased;
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask StopAsync()
    {
        foreach (EventLoop loop in loops)
        {
            loop.Surplus.OnReleased = null;
        }
        return new ValueTask(_timer!.StopAsync());
    }

    private void OnReleased(ReleasedBytes released) => controlLoop.Post(
        _ =>
        {
            _released += released;
            _timer!.Start(AfterMs);
        },
        state: null);

    private void GiveBack()
    {
        ReleasedBytes released = _released;
        _released = default;
        PeakMemory.Release(released);
    }
}
