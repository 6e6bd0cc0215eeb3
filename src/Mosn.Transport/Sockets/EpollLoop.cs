using System.Diagnostics;
using System.Runtime.InteropServices;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Transport.Sockets;

/// <summary>
/// An event loop on epoll(7), with its own thread. Descriptors are registered once, edge-triggered for everything, and
/// never modified: a request costs the four system calls that move its bytes.
/// </summary>
public sealed unsafe class EpollLoop : EventLoop, IDisposable
{
    private const int EventsMax = 256;
    private const int SignalIgnore = 1;
    private const int SignalPipe = 13;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events;
    private readonly Thread _thread;
    private readonly bool _isBatch;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Registration[] _registered = new Registration[256];
    private int _wakePending;
    private volatile bool _stopping;
    private int _spareDescriptor;

    /// <param name="index">Position among the process's loops, from 0.</param>
    /// <param name="onBug">Told of an exception that reached the loop.</param>
    /// <param name="name">Of the thread, for those who look at the process; null: that of a worker.</param>
    /// <param name="isBatch">
    /// The thread is a batch task (sched(7), SCHED_BATCH): when it wakes it takes a core that is free, and drives nobody
    /// from one that is not before his slice ends. A thread that was started with a policy other than the ordinary one keeps it.
    /// </param>
    /// <exception cref="IOException">The system has no descriptors left.</exception>
    public EpollLoop(int index, Action<Exception> onBug, string? name = null, bool isBatch = false)
        : base(index, Now(), onBug)
    {
        Libc.Signal(SignalPipe, SignalIgnore);
        _epoll = SystemError.Check(Libc.EpollCreate(Libc.EPOLL_CLOEXEC), "epoll_create1");
        _wake = SystemError.Check(Libc.EventDescriptor(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC), "eventfd");
        _events = (byte*)NativeMemory.Alloc((nuint)(EventsMax * EpollEvent.Stride));
        _isBatch = isBatch;
        _spareDescriptor = OpenSpare();
        Add(_wake, Libc.EPOLLIN | Libc.EPOLLET, new WakeHandler(this));
        _thread = new Thread(Run) { IsBackground = true, Name = name ?? $"mosn-loop-{index}" };
    }

    /// <inheritdoc/>
    public override long NowNs => Now();

    /// <inheritdoc/>
    public override bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Ends the thread after the current turn. Any thread. Completes when it has ended.</summary>
    public Task StopAsync()
    {
        _stopping = true;
        Wake();
        return _ended.Task;
    }

    /// <summary>Closes the loop's descriptors. <see cref="StopAsync"/> must have completed, or the thread never started.</summary>
    public void Dispose()
    {
        if (_ended.Task.IsCompleted)
        {
            _thread.Join(); // It has said that it ends, and may still be on its last instructions.
        }
        Check.That(!_thread.IsAlive);
        // A late post must not write to a descriptor that is somebody else's by then.
        Interlocked.Exchange(ref _wakePending, 1);
        Libc.Close(_epoll);
        Libc.Close(_wake);
        if (_spareDescriptor >= 0)
        {
            Libc.Close(_spareDescriptor);
        }
        NativeMemory.Free(_events);
        Buffers.Dispose();
    }

    /// <inheritdoc/>
    public override ITransport Connect(
        in TransportAddress address, in ConnectOptions options, ITransportEvents events) =>
        SocketTransport.Connect(this, address, options, events);

    /// <inheritdoc/>
    public override ITransportListener Listen(
        in TransportAddress address, in ListenOptions options, IAcceptor acceptor) =>
        SocketListener.Open(this, address, options, acceptor);

    /// <summary>Registers a descriptor for good. Closing the descriptor ends it; <see cref="Forget"/> comes first.</summary>
    internal void Add(int descriptor, uint interest, EpollHandler handler)
    {
        if (!TryAdd(descriptor, interest, handler))
        {
            SystemError.Throw("epoll_ctl");
        }
    }

    /// <summary>The same; false if the system has no memory, or watches no more descriptors for this user.</summary>
    internal bool TryAdd(int descriptor, uint interest, EpollHandler handler)
    {
        if (descriptor >= _registered.Length)
        {
            Array.Resize(ref _registered, Math.Max(descriptor + 1, _registered.Length * 2));
        }
        ref Registration registration = ref _registered[descriptor];
        Check.That(registration.Handler is null);
        registration.Handler = handler;
        byte* item = stackalloc byte[16];
        EpollEvent.Write(item, interest, (ulong)registration.Generation << 32 | (uint)descriptor);
        if (Libc.EpollControl(_epoll, Libc.EPOLL_CTL_ADD, descriptor, item) == 0)
        {
            return true;
        }
        Forget(descriptor);
        return false;
    }

    /// <summary>Takes a descriptor out of the epoll set while a duplicate of it lives on.</summary>
    internal void Remove(int descriptor)
    {
        byte* unused = stackalloc byte[16];
        Libc.EpollControl(_epoll, Libc.EPOLL_CTL_DEL, descriptor, unused);
    }

    /// <summary>No event of <paramref name="descriptor"/> that is already in hand reaches its next owner.</summary>
    internal void Forget(int descriptor)
    {
        ref Registration registration = ref _registered[descriptor];
        registration.Handler = null;
        registration.Generation++;
    }

    /// <summary>
    /// Takes one waiting connection and drops it, on a descriptor kept for the purpose: with no descriptor left, the peers
    /// in the accept queue would otherwise hang until somebody else closes something.
    /// </summary>
    /// <returns>False if it could not: somebody else got the last descriptor.</returns>
    internal bool ShedOne(int listener)
    {
        bool shed = false;
        if (_spareDescriptor >= 0)
        {
            Libc.Close(_spareDescriptor);
            int descriptor = Libc.Accept(listener, null, null, Libc.SOCK_CLOEXEC);
            if (descriptor >= 0)
            {
                Libc.Close(descriptor);
                shed = true;
            }
        }
        _spareDescriptor = OpenSpare();
        return shed;
    }

    /// <inheritdoc/>
    protected override void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            ulong one = 1;
            Libc.Write(_wake, &one, sizeof(ulong));
        }
    }

    /// <inheritdoc/>
    protected override long ReadUtcTicks() => TimeProvider.System.GetUtcNow().Ticks;

    /// <inheritdoc/>
    protected override void Poll(int timeoutMs)
    {
        int count = Libc.EpollWait(_epoll, _events, EventsMax, timeoutMs);
        UpdateTime();
        byte* item = _events;
        for (int i = 0; i < count; i++, item += EpollEvent.Stride)
        {
            ulong data = EpollEvent.Data(item);
            Registration registration = _registered[(int)(uint)data];
            if (registration.Generation != (uint)(data >> 32) || registration.Handler is not { } handler)
            {
                continue; // Closed by an earlier event of this turn.
            }
            try
            {
                handler.OnEvents(EpollEvent.Events(item));
                AfterEvent();
            }
            catch (Exception exception)
            {
                if (handler is SocketTransport transport)
                {
                    transport.Abort(exception);
                }
                else
                {
                    ReportBug(exception);
                }
            }
        }
    }

    private static int OpenSpare() => Libc.Open("/dev/null", Libc.O_RDONLY | Libc.O_CLOEXEC);

    /// <summary>Stopwatch counts nanoseconds on Linux: no arithmetic is needed.</summary>
    private static long Now() => Stopwatch.GetTimestamp();

    /// <summary>A system that refuses (a sandbox may) leaves the thread what it is: slower under load, and right.</summary>
    private static void BecomeBatchTask()
    {
        if (Libc.GetScheduler(0) == Libc.SCHED_OTHER)
        {
            int priority = 0;
            Libc.SetScheduler(0, Libc.SCHED_BATCH, &priority);
        }
    }

    private void Run()
    {
        if (_isBatch)
        {
            BecomeBatchTask();
        }
        SynchronizationContext.SetSynchronizationContext(Context);
        ExecutionContext.SuppressFlow(); // For good: no AsyncLocal is meant to follow a request, and each await would ask.
        while (!_stopping)
        {
            Turn(mayWait: true);
        }
        _ended.SetResult();
    }

    /// <summary>Who hears of a descriptor, and how many were registered with its number before.</summary>
    private struct Registration
    {
        public EpollHandler? Handler;
        public uint Generation;
    }

    /// <summary>The eventfd through which other threads end a wait.</summary>
    private sealed class WakeHandler(EpollLoop loop) : EpollHandler
    {
        internal override void OnEvents(uint events)
        {
            ulong count;
            Libc.Read(loop._wake, &count, sizeof(ulong));
            // Before the queue is looked at: a post after this line wakes again.
            Interlocked.Exchange(ref loop._wakePending, 0);
        }
    }
}
