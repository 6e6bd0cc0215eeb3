using Mosn.Protocols;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// A copy of a request, sent beside it to another cluster. Never slows the request and never fails it: a host that does
/// not take the copy as fast as the request goes loses it, and the response is read and dropped. Lives on by itself when
/// the request is over. Pooled; belongs to its loop.
/// </summary>
internal sealed class MirrorStream(ProxyWorker worker) : LoopTimer, IStreamOwner
{
    /// <summary>
    /// Copies of one loop that may go on by themselves: a cluster that does not answer would collect connections until
    /// there are none left for the requests.
    /// </summary>
    private const int AloneMax = 1024;

    private IClientStream? _stream;
    private bool _isWhole;

    /// <summary>Sends the head. A copy that cannot be sent is counted and over.</summary>
    /// <param name="cluster">Where the copy goes; null: there is no such cluster.</param>
    /// <param name="hash">The request's, for balancers that choose by it. Labels of the route do not count, as in MOSN.</param>
    /// <param name="timeoutMs">Milliseconds that the copy may take in all.</param>
    public void Start(StreamContext context, Cluster? cluster, ulong? hash, long timeoutMs)
    {
        EventLoop loop = worker.Loop;
        PickContext pick = new(loop.Index, context) { Hash = hash, NowMs = loop.NowMs };
        _stream = cluster?.PickHost(pick)?.PoolOn(loop).NewStream(this, out _);
        if (_stream is null)
        {
            End(isLost: true);
            return;
        }
        loop.Timers.Set(this, loop.NowMs + timeoutMs);
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
        if (!stream.IsWritable || stream.Error is not null)
        {
            End(isLost: true);
            return;
        }
        stream.SendBody(slice);
    }

    /// <summary>The body is whole.</summary>
    public void SendEnd(HeaderBlock? trailers)
    {
        if (_stream is { } stream && !_isWhole)
        {
            _isWhole = true;
            stream.SendEnd(trailers);
        }
    }

    /// <summary>
    /// The request is over and tells nothing more. A copy that is whole goes on, one that is not can never become so.
    /// </summary>
    public void Abandon()
    {
        if (_stream is null)
        {
            worker.Return(this);
        }
        else if (!_isWhole || worker.MirrorsAlone >= AloneMax)
        {
            End(isLost: true);
            worker.Return(this);
        }
        else
        {
            IsAlone = true;
            worker.MirrorsAlone++;
            OnActivity();
        }
    }

    /// <summary>True once the request has abandoned it: it returns itself to its pool.</summary>
    private bool IsAlone { get; set; }

    public void OnActivity()
    {
        if (_stream is not { } stream)
        {
            return;
        }
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

    protected override void OnTimer() => End(isLost: true);

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
        if (IsAlone)
        {
            IsAlone = false;
            worker.MirrorsAlone--;
            worker.Return(this);
        }
    }
}
