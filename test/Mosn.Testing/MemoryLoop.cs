using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Testing;

/// <summary>Something registered with a memory loop.</summary>
internal interface IMemoryHandler
{
    /// <summary>True while it waits for its turn; belongs to the loop.</summary>
    bool IsQueued { get; set; }

    void OnEvents();

    /// <summary>A bug reached the loop from <see cref="OnEvents"/>.</summary>
    void Abort(Exception exception);
}

/// <summary>
/// An event loop without a thread: the test turns it, mostly through <see cref="MemoryNetwork.RunUntilIdle"/>.
/// </summary>
public sealed class MemoryLoop : EventLoop
{
    private List<IMemoryHandler> _ready = [];
    private List<IMemoryHandler> _running = [];

    internal MemoryLoop(MemoryNetwork network, int index)
        : base(index, network.Clock.NowNs, network.OnBug) => Network = network;

    /// <summary>The world that the loop is in.</summary>
    public MemoryNetwork Network { get; }

    /// <inheritdoc/>
    public override long NowNs => Network.Clock.NowNs;

    /// <summary>True on the thread of the test.</summary>
    public override bool IsCurrent => Environment.CurrentManagedThreadId == Network.ThreadId;

    /// <summary>True if a turn now would do something.</summary>
    public bool HasWork => _ready.Count > 0 || !HasNoWork || Timers.NextDelayMs(Network.Clock.NowMs) == 0;

    /// <summary>Makes one turn, which does not wait.</summary>
    public void Turn()
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(Context);
        try
        {
            Turn(mayWait: false);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <inheritdoc/>
    public override ITransport Connect(
        in TransportAddress address, in ConnectOptions options, ITransportEvents events) =>
        Network.ConnectFrom(this, address, events);

    /// <inheritdoc/>
    public override ITransportListener Listen(
        in TransportAddress address, in ListenOptions options, IAcceptor acceptor) =>
        Network.ListenOn(this, address, options, acceptor);

    internal void Enqueue(IMemoryHandler handler)
    {
        if (!handler.IsQueued)
        {
            handler.IsQueued = true;
            _ready.Add(handler);
        }
    }

    /// <inheritdoc/>
    protected override void Wake()
    {
        // RunUntilIdle looks at the queue itself.
    }

    /// <inheritdoc/>
    protected override void Poll(int timeoutMs)
    {
        UpdateTime();
        (_ready, _running) = (_running, _ready);
        for (int left = _running.Count; left > 0; left--)
        {
            // The system tells of events in no particular order.
            int pick = _running.Count - left + Network.Weather.Pick(left);
            IMemoryHandler handler = _running[pick];
            _running[pick] = _running[^left];
            handler.IsQueued = false;
            try
            {
                handler.OnEvents();
                AfterEvent();
            }
            catch (Exception exception)
            {
                handler.Abort(exception);
            }
        }
        _running.Clear();
    }

    /// <inheritdoc/>
    protected override long ReadUtcTicks() => Network.Clock.GetUtcNow().UtcTicks;
}
