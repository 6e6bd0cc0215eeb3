using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

/// <summary>A part that writes down what is asked of it and waits where the test wants it to.</summary>
internal sealed class FakePart(string name, List<string> events) : IServerPart
{
    public string Name => name;

    public TaskCompletionSource Starting { get; } = new();
    public TaskCompletionSource Draining { get; } = new();
    public TaskCompletionSource Stopping { get; } = new();
    public TaskCompletionSource? Started { get; init; }
    public TaskCompletionSource? Drained { get; init; }
    public TaskCompletionSource? Stopped { get; init; }
    public Exception? StartFailure { get; init; }
    public Exception? StopFailure { get; init; }
    public TimeSpan DrainTime { get; private set; }

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        events.Add($"{name} starts");
        Starting.TrySetResult();
        if (StartFailure is not null)
        {
            throw StartFailure;
        }
        await (Started?.Task ?? Task.CompletedTask).WaitAsync(cancel);
    }

    public async ValueTask DrainAsync(TimeSpan drainTime, CancellationToken cancel)
    {
        events.Add($"{name} drains");
        DrainTime = drainTime;
        Draining.TrySetResult();
        await (Drained?.Task ?? Task.CompletedTask);
    }

    public async ValueTask StopAsync()
    {
        events.Add($"{name} stops");
        Stopping.TrySetResult();
        if (StopFailure is not null)
        {
            throw StopFailure;
        }
        await (Stopped?.Task ?? Task.CompletedTask);
    }
}
