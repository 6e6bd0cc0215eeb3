using System.Diagnostics.CodeAnalysis;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// What all active checks of one loop share: how many may run at once, and how fast first checks may follow each other, so
/// that ten thousand new hosts are neither a burst nor ten thousand descriptors. Belongs to its loop.
/// </summary>
internal sealed class CheckQuota
{
    /// <summary>Checks under way at one time.</summary>
    public const int RunningMax = 512;

    /// <summary>Of those, checks of hosts that have failed: hosts that do not answer take no place from others.</summary>
    public const int FailedRunningMax = RunningMax / 2;

    /// <summary>First checks begin no faster: 4000 a second.</summary>
    private const long FirstCheckSpacingUs = 250;

    private readonly Queue<HostCheck> _waiting = new();
    private readonly Queue<HostCheck> _failedWaiting = new();
    private int _failedRunning;
    private long _freeAtUs;
    private bool _isHandingOut;

    /// <summary>Streams of HTTP checks.</summary>
    public ObjectPool<Http1ClientStream> Streams { get; } = new(static () => new Http1ClientStream(), RunningMax);

    private ObjectPool<Http2ClientStream>? _http2Streams;

    /// <summary>Streams of checks over HTTP/2.</summary>
    public ObjectPool<Http2ClientStream> Http2StreamsOn(EventLoop loop) =>
        _http2Streams ??= new ObjectPool<Http2ClientStream>(() => new Http2ClientStream(loop.Buffers), RunningMax);

    /// <summary>Checks under way.</summary>
    public int Running { get; private set; }

    /// <summary>
    /// Lets the check run if there is room: <see cref="End"/> follows. False: it is called back when its turn has come, so
    /// that no host is passed over while there are too many.
    /// </summary>
    public bool TryBegin(HostCheck check)
    {
        bool hasFailed = !check.IsHealthy;
        if (Running == RunningMax || (hasFailed && _failedRunning == FailedRunningMax))
        {
            (hasFailed ? _failedWaiting : _waiting).Enqueue(check);
            return false;
        }
        Running++;
        _failedRunning += hasFailed ? 1 : 0;
        check.BeganFailed = hasFailed;
        return true;
    }

    /// <summary>A check is over.</summary>
    public void End(HostCheck check)
    {
        Running--;
        _failedRunning -= check.BeganFailed ? 1 : 0;
        if (_isHandingOut)
        {
            return; // A check that began below has ended already; the loop there sees it.
        }
        _isHandingOut = true;
        while (Running < RunningMax && TryDequeue(out HostCheck? next))
        {
            next.OnTurn();
        }
        _isHandingOut = false;
    }

    private bool TryDequeue([NotNullWhen(true)] out HostCheck? next) =>
        _waiting.TryDequeue(out next) || (_failedRunning < FailedRunningMax && _failedWaiting.TryDequeue(out next));

    /// <summary>Milliseconds by which the next first check is put off, so that those before it come first.</summary>
    public long NextOffsetMs(long nowMs)
    {
        long nowUs = nowMs * 1000;
        long atUs = Math.Max(nowUs, _freeAtUs);
        _freeAtUs = atUs + FirstCheckSpacingUs;
        return (atUs - nowUs) / 1000;
    }
}
