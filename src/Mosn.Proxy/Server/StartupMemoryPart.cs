using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Server;

/// <summary>Gives back what only the start needed, when the start is over. The last part to start.</summary>
internal sealed class StartupMemoryPart(EventLoop controlLoop) : IServerPart
{
    /// <summary>By then the last lines of the start are in the log, and its threads sleep.</summary>
    private const long AfterMs = 250;

    private readonly ControlTimer _timer = new(controlLoop, static () => StartupMemory.Release());

    public string Name => "startup memory";

    public ValueTask StartAsync(CancellationToken cancel)
    {
        _timer.Start(AfterMs);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopAsync() => new(_timer.StopAsync());
}
