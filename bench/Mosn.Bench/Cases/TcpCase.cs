using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>CPU time of a TCP relay between a client and a server of the harness.</summary>
public abstract class TcpCase(string name, string title) : Case(name, title)
{
    /// <summary>What the proxies do with the bytes.</summary>
    protected virtual ProxyMode Mode => ProxyMode.Tcp;

    /// <summary>The server behind the relay, as <see cref="Session.TcpBackendAsync"/> names it.</summary>
    protected abstract string Backend { get; }

    /// <summary>Name and numbers of the client, after the port; the seconds of load come last.</summary>
    protected abstract (string Name, string[] Numbers) Client { get; }

    public override async Task<IContestant> PrepareAsync(Session session, Proxy proxy)
    {
        int backendPort = await session.TcpBackendAsync(Backend);
        ProxySetup setup = session.NewSetup(proxy, Mode, backendPort);
        RunningProxy running = await session.StartAsync(proxy, setup);
        try
        {
            await RoundAsync(session, running, session.Options.WarmUpSeconds(proxy));
            return new Contestant(this, session, running);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    protected abstract Task<Sample> SampleAsync(RunningProxy running, Func<Task<LoadResult>> load);

    private async Task<Sample> RoundAsync(Session session, RunningProxy running, int seconds)
    {
        string[] arguments = [running.Setup.Port.ToString(), .. Client.Numbers, seconds.ToString()];
        await using SteeredLoad load = await SteeredLoad.StartAsync(session, Client.Name, arguments);
        await Task.Delay(100, session.Cancel); // A source fills the buffers on its way before anybody reads.
        return await SampleAsync(running, () => load.RunAsync(seconds));
    }

    private sealed class Contestant(TcpCase owner, Session session, RunningProxy running) : IContestant
    {
        public Task<Sample> RoundAsync() => owner.RoundAsync(session, running, session.Options.Seconds);

        public ValueTask DisposeAsync() => running.DisposeAsync();
    }
}
