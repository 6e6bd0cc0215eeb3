using Mosn.Transport.Sockets;

namespace Mosn.Proxy.Server;

/// <summary>The worker loops and the control loop: first to start, last to stop.</summary>
internal sealed class LoopSet(IReadOnlyList<EpollLoop> loops) : IServerPart
{
    public string Name => "event loops";

    public ValueTask StartAsync(CancellationToken cancel)
    {
        foreach (EpollLoop loop in loops)
        {
            loop.Start();
        }
        return ValueTask.CompletedTask;
    }

    public async ValueTask StopAsync()
    {
        foreach (EpollLoop loop in loops)
        {
            await loop.StopAsync();
        }
    }
}
