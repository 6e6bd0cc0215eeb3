using Mosn.Protocols;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// A copy of a request, sent beside it to another cluster. Never slows the request and never fails it: a host that lags
/// behind loses it, and the response is read and dropped. Only a copy that is sent in place of the request has the body
/// wait for it. Lives on by itself when the request is over. Pooled; belongs to its loop.
/// </summary>
internal sealed class MirrorStream(ProxyWorker worker) : LoopTimer, IStreamOwner
{
    /// <summary>
    /// Copies of one loop that may go on by themselves: a cluster that does not answer would collect connections until
    /// there are none left for the requests.
    /// </summary>
    private const int AloneMax = 1024;

    /// <summary>
    /// Bytes that a copy may lag behind the request: more than its host lets wait (64 KiB), or a copy would be lost whenever
    /// its connection is written to a moment later. The pieces are the request's own, so they cost no memory of their own.
    /// </summary>
    private const int LagBytesMax = 256 * 1024;

    private IClientStream? _stream;
    private IStreamOwner? _pacing;
    private long _silenceMs;
    private bool _isLarge;
    private bool _isWhole;

    /// <summary>True once the request has abandoned it: it returns itself to its pool.</summary>
    private bool _isAlone;

    /// <summary>False while the copy should get no more of the body, if anybody waits for it.</summary>
    public bool IsWritable => _stream is not { } stream || stream.IsWritable || stream.Error is not null;

    bool IStreamOwner.HasLargeFrame => _isLarge;

    /// <summary>Sends the head. A copy that cannot be sent is counted and over.</summary>
    /// <param name="pool">Where the copy goes; null: there is no host for it.</param>
    /// <param name="silenceMs">Milliseconds that the host may keep the copy waiting, for room or for the whole response.</param>
    /// <param name="pacing">Told when the copy can take more of the body; null: the body does not wait for it.</param>
    public void Start(StreamContext context, IConnectionPool? pool, long silenceMs, IStreamOwner? pacing)
    {
        _isLarge = context.Request.Frame is { IsStreamed: true };
        _stream = pool?.NewStream(this, out _);
        if (_stream is null)
        {
            End(isLost: true);
            return;
        }
        _silenceMs = silenceMs;
        _pacing = pacing;
        StartSilence();
        RequestHead request = context.Request;
        _isWhole = !request.HasBody;
        _stream.SendHead(request, endStream: _isWhole);
    }

    /// <summary>Copies a piece of the body, unless the host has fallen behind.</summary>
    public void SendBody(BufferSlice slice)
    {
        if (_stream is not { } stream)
        {
            return;
        }
        if (stream.UnsentLength > LagBytesMax || stream.Error is not null)
        {
            End(isLost: true);
            return;
        }
        StartSilence();
        stream.SendBody(slice);
    }

    /// <summary>The body is whole. May be called again.</summary>
    public void SendEnd(HeaderBlock? trailers)
    {
        if (_stream is { } stream && !_isWhole)
        {
            _isWhole = true;
            StartSilence();
            stream.SendEnd(trailers);
            EndIfOver(stream); // The response may have come before.
        }
    }

    /// <summary>
    /// The request is over and tells nothing more. A copy that is whole goes on, one that is not can never become so.
    /// </summary>
    public void Abandon()
    {
        _pacing = null;
        if (_stream is { } stream && _isWhole && worker.MirrorsAlone < AloneMax)
        {
            _isAlone = true;
            worker.MirrorsAlone++;
            EndIfOver(stream);
            return;
        }
        if (_stream is not null)
        {
            End(isLost: true);
        }
        worker.Return(this);
    }

    public void OnActivity()
    {
        if (_stream is { } stream)
        {
            EndIfOver(stream);
            _pacing?.OnActivity(); // The last step: the request may be over when this returns, and the copy in its pool.
        }
    }

    protected override void OnTimer()
    {
        if (!_isWhole && IsWritable)
        {
            StartSilence(); // It is the client, or another host, that lets this one wait.
            return;
        }
        End(isLost: true);
        _pacing?.OnActivity();
    }

    private void EndIfOver(IClientStream stream)
    {
        while (stream.HeadReceived && stream.Body.TryRead(out _))
        {
        }
        if (stream.Error is not null)
        {
            End(isLost: true);
        }
        else if (stream.HeadReceived && stream.Body.IsEnded && _isWhole)
        {
            End(isLost: false);
        }
    }

    private void StartSilence() => worker.Loop.Timers.Set(this, worker.Loop.NowMs + _silenceMs);

    private void End(bool isLost)
    {
        TimerWheel.Cancel(this);
        if (isLost)
        {
            worker.Model.Metrics.Self.Add(worker.Loop.Index, SelfMetric.MirrorsLostTotal);
        }
        IClientStream? stream = _stream;
        _stream = null;
        _isWhole = false;
        stream?.Release();
        if (_isAlone)
        {
            _isAlone = false;
            worker.MirrorsAlone--;
            worker.Return(this);
        }
    }
}
