using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;

namespace Mosn.Proxy.Server;

/// <summary>All listeners with what they lead to: built before the first is opened, drained together.</summary>
internal sealed class ListenerSet(ConfigApplier applier, MosnConfig config, TimeProvider time, ILogger log) : IServerPart
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(10);

    public string Name => "listeners";

    /// <summary>The listeners, in the order of the configuration; empty before the start.</summary>
    public IReadOnlyList<Listener> Listeners { get; private set; } = [];

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        Listeners = await applier.ApplyAsync(config, cancel);
        foreach (Listener listener in Listeners)
        {
            try
            {
                await listener.OpenAsync();
            }
            catch (IOException e)
            {
                throw new StartException($"listener '{listener.Model.Name}': {e.Message}");
            }
            if (listener.Model.BindsPort)
            {
                log.LogInformation("listener '{Name}' listens on {Address}", listener.Model.Name, listener.Address);
            }
        }
    }

    public async ValueTask DrainAsync(TimeSpan drainTime, CancellationToken cancel)
    {
        await StopAcceptingAsync();
        foreach (Listener listener in Listeners)
        {
            await listener.BeginDrainAsync();
        }
        while (Listeners.Sum(static listener => listener.DrainingCount) > 0)
        {
            await Task.Delay(DrainPoll, time, cancel);
        }
    }

    public async ValueTask StopAsync()
    {
        await StopAcceptingAsync();
        foreach (Listener listener in Listeners)
        {
            await listener.CloseAsync();
        }
    }

    /// <summary>All before the first is drained: a redirected connection belongs to another listener than took it.</summary>
    private async ValueTask StopAcceptingAsync()
    {
        foreach (Listener listener in Listeners)
        {
            await listener.StopAcceptingAsync();
        }
    }
}
