namespace Mosn.Transport.Loops;

/// <summary>Brings a filter that awaited a foreign task back to its connection's loop.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        Check.That(loop.IsCurrent); // A blocking send from another thread would stop a loop.
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
