using Mosn.Bench.Running;

namespace Mosn.Bench.Load;

/// <summary>
/// A load client of the harness's own, in a process of its own: it opens its connections and says "ready", works from
/// "go" for its time, prints its result, and closes nothing until it is told. So nothing but the work is measured.
/// </summary>
public sealed class SteeredLoad : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;
    private readonly Session _session;

    private SteeredLoad(ChildProcess process, Session session)
    {
        _process = process;
        _session = session;
    }

    /// <summary>Starts the client and returns when its connections are open and have carried a first byte.</summary>
    public static async Task<SteeredLoad> StartAsync(
        Session session, string name, params IReadOnlyList<string> arguments)
    {
        ChildProcess process = session.Children.StartInternal(name, session.LoadCores, arguments);
        try
        {
            string line = await process.ReadLineAsync(Patience, session.Cancel);
            return line == "ready"
                ? new SteeredLoad(process, session)
                : throw new BenchException($"the {name} client said: {line}");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it work, and returns what it counted. The connections are still open then.</summary>
    public async Task<LoadResult> RunAsync(double seconds)
    {
        await _process.Input.WriteLineAsync("go");
        await _process.Input.FlushAsync();
        TimeSpan timeout = Patience + TimeSpan.FromSeconds(seconds);
        return LoadResult.Parse(await _process.ReadLineAsync(timeout, _session.Cancel));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
