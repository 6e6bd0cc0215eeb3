using System.Collections.Concurrent;
using System.Net;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;
using Mosn.Transport.Sockets;

namespace Mosn.Tests.Transport;

/// <summary>Real loops with their threads, and what the tests of them need: run something there, wait for something.</summary>
internal sealed class EpollWorld : IAsyncDisposable
{
    private readonly List<string> _files = [];

    public EpollWorld(int loopCount = 1)
    {
        Loops = [.. Enumerable.Range(0, loopCount).Select(index => new EpollLoop(index, Bugs.Enqueue))];
        foreach (EpollLoop loop in Loops)
        {
            loop.Start();
        }
    }

    public EpollLoop[] Loops { get; }
    public EpollLoop Loop => Loops[0];
    public ConcurrentQueue<Exception> Bugs { get; } = [];

    /// <summary>Runs on the loop and gives the answer, or the exception, here.</summary>
    public Task<T> On<T>(EpollLoop loop, Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(
            _ =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception exception)
                {
                    done.SetException(exception);
                }
            },
            state: null);
        return done.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public Task<T> On<T>(Func<T> work) => On(Loop, work);

    public Task On(Action work) => On(Loop, () =>
    {
        work();
        return 0;
    });

    public Task<ITransportListener> Listen(
        in TransportAddress address, IAcceptor acceptor, EpollLoop? loop = null, bool reusePort = false)
    {
        TransportAddress copy = address;
        EpollLoop on = loop ?? Loop;
        return On(on, () => on.Listen(copy, new ListenOptions { Backlog = 128, ReusePort = reusePort }, acceptor));
    }

    public string TemporaryPath()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mosn-test-{Guid.NewGuid():N}.sock");
        _files.Add(path);
        return path;
    }

    public static TransportAddress AnyPort => TransportAddress.From(IPAddress.Loopback, 0);

    public async ValueTask DisposeAsync()
    {
        foreach (EpollLoop loop in Loops)
        {
            await loop.StopAsync();
            while (!SpinWait.SpinUntil(() => !IsAlive(loop), millisecondsTimeout: 1))
            {
            }
        }
        _files.ForEach(File.Delete);
        Assert.Empty(Bugs);

        static bool IsAlive(EpollLoop loop)
        {
            try
            {
                loop.Dispose();
                return false;
            }
            catch (Exception exception) when (exception.GetType().Name == "InvariantException")
            {
                return true; // The thread has told its end and is still on its way out.
            }
        }
    }
}

/// <summary>Sends back what it reads, with back-pressure: reads no more while much waits to be sent.</summary>
internal sealed class Echo(EpollLoop loop) : IAcceptor
{
    public const int OutputMax = 64 * 1024;

    private int _accepted;
    private int _open;

    public int AcceptedCount => Volatile.Read(ref _accepted);
    public int OpenCount => Volatile.Read(ref _open);
    public int OutputPeak { get; private set; }
    public int LastError { get; private set; }

    /// <summary>Bytes that this thread allocated between two messages, by their numbers.</summary>
    public long[] AllocatedAt { get; } = new long[5000];

    public void OnAccepted(ITransport transport)
    {
        Interlocked.Increment(ref _accepted);
        Interlocked.Increment(ref _open);
        transport.SetEvents(new Session(this, transport, loop.Buffers));
    }

    public void OnAcceptFailed(int error) => LastError = error;

    private sealed class Session(Echo echo, ITransport transport, BufferPool pool) : ITransportEvents
    {
        private readonly ReadBuffer _input = new(pool);
        private readonly OutputQueue _output = new(pool);
        private int _messages;
        private bool _ended;
        private bool _closed;

        public void OnConnected(int error) => Assert.Fail("accepted, not connected");

        public void OnWritable()
        {
            Flush();
            OnReadable();
        }

        public void OnReadable()
        {
            while (!_closed && !_ended && _output.Length < OutputMax && transport.MayRead)
            {
                IoResult result = transport.Read(_input.Reserve());
                if (result.Status == IoStatus.Done)
                {
                    _input.Commit(result.Count);
                    _output.Write(_input.Take(0, result.Count));
                    echo.OutputPeak = Math.Max(echo.OutputPeak, _output.Length);
                    echo.AllocatedAt[Math.Min(_messages++, 4999)] = GC.GetAllocatedBytesForCurrentThread();
                    Flush();
                }
                else if (result.Status == IoStatus.EndOfInput)
                {
                    _ended = true;
                }
                else if (result.Status == IoStatus.Failed)
                {
                    echo.LastError = result.Error;
                    Close(CloseMode.Reset);
                }
                else
                {
                    break;
                }
            }
            _input.ReleaseIfEmpty();
            if (_ended && _output.Length == 0)
            {
                Close(CloseMode.Graceful);
            }
        }

        private void Flush()
        {
            if (!_closed && transport.Flush(_output) is { Status: IoStatus.Failed } failed)
            {
                echo.LastError = failed.Error;
                Close(CloseMode.Reset);
            }
        }

        private void Close(CloseMode mode)
        {
            if (!_closed)
            {
                _closed = true;
                _input.Release();
                _output.Clear();
                transport.Close(mode);
                Interlocked.Decrement(ref echo._open);
            }
        }
    }
}

/// <summary>Keeps what it hears; reacts only as told.</summary>
internal sealed class Ear : ITransportEvents, IAcceptor
{
    private readonly TaskCompletionSource<int> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _readable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ITransport> _accepted =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<int> Connected => _connected.Task.WaitAsync(TimeSpan.FromSeconds(10));
    public Task Readable => _readable.Task.WaitAsync(TimeSpan.FromSeconds(10));
    public Task<ITransport> Accepted => _accepted.Task.WaitAsync(TimeSpan.FromSeconds(10));
    public Action? WhenReadable { get; set; }
    public int ReadableCount { get; private set; }

    public void OnReadable()
    {
        ReadableCount++;
        WhenReadable?.Invoke();
        _readable.TrySetResult();
    }

    public void OnWritable()
    {
    }

    public void OnConnected(int error) => _connected.TrySetResult(error);

    public void OnAccepted(ITransport transport)
    {
        transport.SetEvents(this);
        _accepted.TrySetResult(transport);
    }

    public void OnAcceptFailed(int error) => Assert.Fail($"accept failed: {error}");
}
