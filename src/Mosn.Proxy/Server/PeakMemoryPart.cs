using Mosn.Transport.Buffers;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Server;

/// <summary>
/// Gives the memory of a busy time back when it is over: looks once a minute for what pools have not needed since the last
/// look, while any of them is not small.
/// </summary>
/// <param name="loops">Whose pools it looks at.</param>
/// <param name="heapBytes">Bytes of all objects, garbage included.</param>
/// <param name="release">Gives memory back; true: that of garbage, too, for which all threads stop.</param>
internal sealed class PeakMemoryPart(
    IReadOnlyList<EventLoop> loops, EventLoop controlLoop, Func<long> heapBytes, Action<bool> release) : IServerPart
{
    /// <summary>Milliseconds between two looks.</summary>
    public const long LookMs = 60_000;

    /// <summary>Milliseconds between two collections: busy times that come and go are not worth more.</summary>
    public const long RestMs = 5 * LookMs;

    private const long Mebibyte = 1024 * 1024;

    /// <summary>Less is not worth a stop of all threads.</summary>
    private const long ManagedMin = 2 * Mebibyte;

    /// <summary>Of more, a collection would take too long. Pools keep their objects then, for the next busy time.</summary>
    private const long HeapMax = 128 * Mebibyte;

    /// <summary>Less is not worth the walk through the heap of C.</summary>
    private const long NativeMin = 4 * Mebibyte;

    private ControlTimer? _timer;
    private bool _isLooking;
    private int _awaited;
    private bool _isIdle;
    private SurplusBytes _surplus;
    private long _mayCollectMs;

    public PeakMemoryPart(IReadOnlyList<EventLoop> loops, EventLoop controlLoop)
        : this(loops, controlLoop, static () => GC.GetTotalMemory(forceFullCollection: false), PeakMemory.Release)
    {
    }

    public string Name => "peak memory";

    public ValueTask StartAsync(CancellationToken cancel)
    {
        _timer = new ControlTimer(controlLoop, Look);
        foreach (EventLoop loop in loops)
        {
            loop.Surplus.OnLarge = OnLarge;
        }
        OnLarge(); // Some may be large by now.
        return ValueTask.CompletedTask;
    }

    public ValueTask StopAsync()
    {
        foreach (EventLoop loop in loops)
        {
            loop.Surplus.OnLarge = null;
        }
        return new ValueTask(_timer!.StopAsync());
    }

    private void OnLarge() => OnControl(() =>
    {
        _isIdle = false; // Also where its loop has just been looked at: it tells only once.
        LookLater();
    });

    private void LookLater()
    {
        if (!_isLooking)
        {
            _isLooking = true;
            _timer!.Start(LookMs);
        }
    }

    private void Look()
    {
        _surplus = default;
        _isIdle = true;
        Ask(loop =>
        {
            SurplusBytes surplus = loop.Surplus.Look();
            bool isIdle = loop.Surplus.IsIdle;
            OnControl(() =>
            {
                _surplus += surplus;
                _isIdle &= isIdle;
                OnAnswer(Decide);
            });
        });
    }

    private void Decide()
    {
        long heap = heapBytes();
        bool collects = _surplus.Managed >= Math.Max(ManagedMin, heap / 4) && heap <= HeapMax
            && controlLoop.NowMs >= _mayCollectMs;
        if (!collects && _surplus.Native < NativeMin)
        {
            Rest();
            return;
        }
        if (collects)
        {
            _mayCollectMs = controlLoop.NowMs + RestMs;
        }
        Ask(loop =>
        {
            loop.Surplus.LetGo(objects: collects);
            OnControl(() => OnAnswer(() =>
            {
                release(collects);
                Rest();
            }));
        });
    }

    private void Rest()
    {
        _isLooking = false;
        if (!_isIdle)
        {
            LookLater();
        }
    }

    private void Ask(Action<EventLoop> question)
    {
        _awaited = loops.Count;
        foreach (EventLoop loop in loops)
        {
            loop.Post(_ => question(loop), state: null);
        }
    }

    private void OnAnswer(Action whenAll)
    {
        if (--_awaited == 0)
        {
            whenAll();
        }
    }

    private void OnControl(Action work) => controlLoop.Post(_ => work(), state: null);
}
