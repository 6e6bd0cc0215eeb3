using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// The time that a client gives its gRPC call by <c>grpc-timeout</c>: from the head of the request to the end of the
/// response, over all tries. Each host is told what is left of it. Pooled with its stream.
/// </summary>
internal sealed class GrpcDeadline(ProxyStream owner) : LoopTimer
{
    private EventLoop? _loop;
    private long _atMs;

    /// <summary>Milliseconds that the request's header stands for; 0: it has none that counts.</summary>
    private long _toldMs;

    /// <summary>True once the time is up. OnActivity tells, a little later, unless it was so from the start.</summary>
    public bool IsOver => _loop is { } loop && _atMs <= loop.NowMs;

    /// <summary>Milliseconds of a wait before the call has a deadline, cut off where it would pass that.</summary>
    public static long Cut(StreamContext stream, long ms)
    {
        if (!stream.IsGrpc
            || !stream.Request.Headers.TryGet(KnownHeader.GrpcTimeout, out ReadOnlySpan<byte> text)
            || !GrpcTimeout.TryParse(text, out long givenMs))
        {
            return ms;
        }
        return Math.Clamp(givenMs - ((stream.Loop.NowNs - stream.StartNs) / 1_000_000), 0, ms);
    }

    /// <summary>Begins, if the call has a deadline. A value that cannot be read is none.</summary>
    /// <param name="msMax">The longest time for a call, and that of one which says none; 0: none.</param>
    public void Start(StreamContext stream, long msMax)
    {
        stream.Request.Headers.TryGet(KnownHeader.GrpcTimeout, out ReadOnlySpan<byte> text);
        bool isGiven = GrpcTimeout.TryParse(text, out long ms);
        if (!isGiven && msMax == 0)
        {
            return;
        }
        _toldMs = ms;
        ms = isGiven ? ms : long.MaxValue;
        ms = msMax > 0 ? Math.Min(ms, msMax) : ms;
        if (ms < int.MaxValue)
        {
            _loop = stream.Loop;
            _atMs = _loop.NowMs - ((_loop.TurnNs - stream.StartNs) / 1_000_000) + ms;
            if (!IsOver)
            {
                _loop.Timers.Set(this, _atMs);
            }
        }
    }

    /// <summary>
    /// Tells the host of the next try what is left. Not how long this try may take: a host that ends it by itself, a moment
    /// before we do, would have answered the call, and there would be no other try. It hears of the end by a reset.
    /// </summary>
    public void WriteTo(RequestHead request)
    {
        if (_loop is not { } loop)
        {
            return;
        }
        long leftMs = Math.Max(0, _atMs - loop.NowMs);
        if (leftMs != _toldMs)
        {
            _toldMs = leftMs;
            Span<byte> text = stackalloc byte[GrpcTimeout.LengthMax];
            request.Headers.Set(KnownHeader.GrpcTimeout, text[..GrpcTimeout.Write(leftMs, text)]);
        }
    }

    public void Stop()
    {
        if (_loop is not null)
        {
            TimerWheel.Cancel(this);
            _loop = null;
        }
        _toldMs = 0;
    }

    protected override void OnTimer() => owner.OnActivity();
}
