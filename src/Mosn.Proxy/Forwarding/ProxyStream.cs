using Mosn.Protocols;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// The life of one request, from its decoded head to its last byte: the one place that decides what happens next.
/// Everything it calls does one step. Runs on one event loop from start to end.
/// </summary>
/// <remarks>
/// <code>
///   (1) filters before the route          (5) filters after the host is chosen
///   (2) match the route                   (6) send the request, wait for the response's head
///   (3) filters after the route           (7) response filters, send the head
///   (4) choose cluster and host           (8) relay both bodies to their ends
/// </code>
/// (4) to (6) repeat for each try. Both bodies are pulled: a side that cannot take more stops the other by not pulling.
/// Pooled, and a coroutine for life: it waits for a request, drives it, and waits for the next, so a request costs no
/// allocation. It is its own timer, and every wait is on the one signal that says "look again".
/// </remarks>
internal sealed class ProxyStream : LoopTimer, IStreamOwner
{
    /// <summary>Hosts to try before a connect failure is the client's answer.</summary>
    private const int AttemptsMax = 3;

    private readonly ProxyWorker _worker;
    private readonly LoopSignal _signal = new();
    private readonly StreamContext _context = new();
    private readonly FilterContext _filterContext;
    private readonly StreamFilterChain _filters;
    private IServerStream _downstream = null!;
    private IClientStream? _upstream;
    private Route? _route;
    private Cluster? _cluster;
    private Host? _host;
    private StreamError? _error;
    private FilterVerdict _verdict;
    private ReadOnlyMemory<byte> _localBody;
    private bool _requestSent;
    private bool _timedOut;
    private long _bytesAtTimeout;
    private bool _freshConnection;

    public ProxyStream(ProxyWorker worker)
    {
        _worker = worker;
        _filterContext = new FilterContext(this, _context);
        _filters = new StreamFilterChain(_filterContext);
        _ = RunAsync(); // To its first wait.
    }

    /// <summary>Takes over a request. The stream returns itself to its pool when it is over.</summary>
    public void Start(IServerStream downstream, long streamId)
    {
        EventLoop loop = _worker.Loop;
        _downstream = downstream;
        _context.Begin(downstream, streamId, _worker.Model.ListenerName, loop.TurnNs, loop.TurnUtcTicks);
        _worker.Count(DownstreamMetric.RequestTotal);
        _worker.Count(DownstreamMetric.RequestActive);
        downstream.SetOwner(this);
        foreach (IStreamFilterFactory factory in _worker.Model.StreamFilters)
        {
            factory.AddTo(_filters, _filterContext);
        }
        _signal.Set();
    }

    public void OnActivity()
    {
        // Without a waiter the run is further up this stack, or awaits a filter: it looks before it waits.
        if (_signal.IsWaiting)
        {
            _signal.Set();
        }
    }

    public void OnInterim(ResponseHead head)
    {
        // The one thing that is not pulled: dropped when the client does not read, or a host could fill our memory.
        if (_downstream.IsWritable)
        {
            _downstream.SendInterim(head);
        }
    }

    /// <summary>For a filter that waits. False: the client left meanwhile.</summary>
    public ValueTask<bool> DelayAsync(long ms) => throw new NotSupportedException($"{ms}");

    protected override void OnTimer()
    {
        _timedOut = true;
        OnActivity();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await _signal.WaitAsync();
            try
            {
                // (1) to (3): filters and route.
                if (_filters.HasRequestFilters)
                {
                    await MatchBetweenFiltersAsync();
                }
                else
                {
                    MatchRoute();
                }

                // (4) to (6): tries, until one brings a response's head or nothing more may be tried.
                while (BeginTry())
                {
                    if (_filters.HasRequestFilters)
                    {
                        _verdict = await _filters.RunAsync(RequestPhase.AfterChooseHost, _filterContext);
                    }
                    SendRequestHead();
                    while (!IsTryOver())
                    {
                        await _signal.WaitAsync();
                    }
                }

                // (7) The response's head: the upstream's or our own.
                ChooseResponse();
                if (_filters.HasResponseFilters && _context.Response is not null)
                {
                    _verdict = await _filters.RunResponseAsync(_filterContext);
                }
                SendResponseHead();

                // (8) Both bodies, until the response is whole.
                while (!IsRelayOver())
                {
                    await _signal.WaitAsync();
                }
            }
            catch (Exception exception)
            {
                // A bug of ours ends this request and its connections; the process and the others go on.
                _worker.Loop.ReportBug(exception);
                _error ??= new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated);
                _downstream.Reset();
            }
            try
            {
                Finish();
            }
            catch (Exception exception)
            {
                // Left to the garbage collector: the coroutine must neither die unheard nor serve from a pool.
                _worker.Loop.ReportBug(exception);
            }
        }
    }

    private void MatchRoute()
    {
        _route = _worker.Model.Router.Current?.Match(_context);
        _filterContext.Route = _route;
    }

    private async ValueTask MatchBetweenFiltersAsync()
    {
        _verdict = await _filters.RunAsync(RequestPhase.BeforeRoute, _filterContext);
        if (_verdict != FilterVerdict.Continue)
        {
            return;
        }
        MatchRoute();
        _verdict = await _filters.RunAsync(RequestPhase.AfterRoute, _filterContext);
        if (_verdict == FilterVerdict.Reroute)
        {
            // Once: a filter that asks again gets the route it has.
            MatchRoute();
            _verdict = await _filters.RunAsync(RequestPhase.AfterRoute, _filterContext);
        }
    }

    /// <summary>Chooses where the next try goes. False: there is none, what answers the request is decided.</summary>
    private bool BeginTry()
    {
        if (_upstream is not null || _verdict is FilterVerdict.Reply or FilterVerdict.Terminate)
        {
            return false;
        }
        _error ??= _downstream.Error;
        if (_error is not null)
        {
            return false;
        }
        if (_route is null)
        {
            _error = new StreamError(ErrorSource.Proxy, StreamErrorKind.NoRoute);
            return false;
        }
        if (_route.Kind != RouteKind.Forward)
        {
            return false;
        }
        if (_context.Attempts == 0)
        {
            _route.PrepareRequest(_context);
        }
        _error = ChooseHost(_route);
        return _error is null;
    }

    /// <summary>
    /// Moves what can be moved towards the response's head. True: it is here, or the try failed; a failed try that may be
    /// repeated is cleared away, so that the next one begins.
    /// </summary>
    private bool IsTryOver()
    {
        if (_upstream is not { } upstream)
        {
            return true;
        }
        PumpRequest();
        if (upstream.HeadReceived && _downstream.Error is null)
        {
            return true;
        }
        StreamError? fault = _downstream.Error ?? upstream.Error;
        if (fault is null && _timedOut)
        {
            fault = new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut);
            _worker.CountTimeout(_cluster!, _host!);
        }
        if (fault is not { } failure)
        {
            return false;
        }
        ReleaseUpstream();
        if (MayRetry(failure))
        {
            _worker.CountRetry(_cluster!);
        }
        else
        {
            _error = failure;
        }
        return true;
    }

    private StreamError? ChooseHost(Route route)
    {
        if (_cluster is null)
        {
            RouteCluster target = route.PickCluster(_context);
            _context.ClusterName = target.Cluster.Name;
            _cluster = target.Cluster.Current;
            if (_cluster is null)
            {
                return new StreamError(ErrorSource.Proxy, StreamErrorKind.NoRoute);
            }
        }
        PickContext pick = new(_worker.Loop.Index, _context) { NowMs = _worker.Loop.NowMs };
        _host = _host is { } tried ? _cluster.PickHost(pick, [tried]) : _cluster.PickHost(pick);
        if (_host is null)
        {
            return new StreamError(ErrorSource.Proxy, StreamErrorKind.NoHealthyHost);
        }
        _context.Attempts++;
        _context.UpstreamAddress = _host.Address;
        _context.UpstreamHostName = _host.HostName;
        return null;
    }

    private void SendRequestHead()
    {
        if (_verdict is FilterVerdict.Reply or FilterVerdict.Terminate)
        {
            return;
        }
        IConnectionPool pool = _host!.PoolOn(_worker.Loop);
        _upstream = _freshConnection
            ? pool.NewStreamOnFreshConnection(this, out StreamError error)
            : pool.NewStream(this, out error);
        if (_upstream is null)
        {
            _error = error;
            return;
        }
        _requestSent = false; // By an earlier try, perhaps.
        _context.UpstreamConnectionId = _upstream.Connection.Id;
        bool hasBody = _downstream.Request.HasBody;
        _upstream.SendHead(_downstream.Request, endStream: !hasBody);
        if (!hasBody)
        {
            OnRequestSent();
        }
    }

    /// <summary>Whether another try may be made after <paramref name="failure"/>: only if nothing can happen twice.</summary>
    private bool MayRetry(StreamError failure)
    {
        if (failure.Source != ErrorSource.Upstream || _context.BytesReceived > 0 || _timedOut)
        {
            return false;
        }
        if (failure.Kind is StreamErrorKind.ConnectFailed or StreamErrorKind.ConnectTimedOut)
        {
            return _context.Attempts < AttemptsMax && _cluster!.HostCount > 1;
        }
        // A pooled connection that the host had already given up: once more, on one that cannot be stale.
        bool maybeStale = failure.SafeToRetry
            || (failure.OnReusedConnection && _downstream.Request.KnownMethod.IsIdempotent());
        if (!maybeStale || _freshConnection)
        {
            return false;
        }
        _freshConnection = true;
        _host = null;
        return true;
    }

    private void PumpRequest()
    {
        // Not before the connect succeeded: until then the body is still whole, and another host may be tried.
        if (_requestSent || _upstream is not { Connection.IsOpen: true } upstream)
        {
            return;
        }
        IMessageBody body = _downstream.Body;
        while (upstream.IsWritable && body.TryRead(out BufferSlice slice))
        {
            _context.BytesReceived += slice.Length;
            upstream.SendBody(slice);
        }
        if (body.IsEnded)
        {
            upstream.SendEnd(body.Trailers);
            OnRequestSent();
        }
    }

    private void OnRequestSent()
    {
        _requestSent = true;
        _context.RequestSentNs = _worker.Loop.TurnNs;
        _downstream.Connection.IsBusy = true;
        long timeoutMs = _route!.TimeoutMs;
        if (timeoutMs > 0)
        {
            _worker.Loop.Timers.Set(this, _worker.Loop.NowMs + timeoutMs);
        }
    }

    /// <summary>Settles what the client gets; no response at all if it has left or a filter wants none.</summary>
    private void ChooseResponse()
    {
        ResponseHead local = _downstream.LocalResponse;
        if (_error is { } error)
        {
            _context.Flags |= error.Flags;
            if (error is { Source: ErrorSource.Downstream, Kind: StreamErrorKind.Reset } || _downstream.Connection.IsClosed)
            {
                return;
            }
            local.SetStatus(error.Status);
            _context.Response = local;
        }
        else if (_verdict == FilterVerdict.Reply)
        {
            local.SetStatus(_filterContext.ReplyStatus);
            _localBody = _filterContext.ReplyBody;
            _context.Response = local;
        }
        else if (_upstream is { } upstream)
        {
            _context.ResponseReceivedNs = _worker.Loop.TurnNs;
            _context.Response = upstream.Response;
            _worker.CountResponse(_cluster!, _host!, _context);
        }
        else if (_verdict != FilterVerdict.Terminate)
        {
            _localBody = _route!.Answer(_context, local);
            _context.Response = local;
        }
    }

    private void SendResponseHead()
    {
        if (_verdict == FilterVerdict.Terminate && _error is null)
        {
            _error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated);
            _context.Response = null;
        }
        if (_context.Response is not { } response || _downstream.Error is { Kind: StreamErrorKind.Reset })
        {
            _context.Response = null;
            _downstream.Reset();
            return;
        }
        _context.Status = response.Status;
        _route?.PrepareResponse(_context, response);
        if (response == _downstream.LocalResponse)
        {
            SendLocal(response);
        }
        else
        {
            _downstream.SendHead(response, endStream: !response.HasBody);
        }
    }

    private void SendLocal(ResponseHead response)
    {
        bool isBodiless = response.Status is 204 or 304;
        response.SetFraming(isBodiless ? BodyFraming.None : BodyFraming.Length, isBodiless ? -1 : _localBody.Length);
        bool hasBody = response.HasBody;
        _downstream.SendHead(response, endStream: !hasBody);
        if (hasBody)
        {
            _context.BytesSent = _localBody.Length;
            _downstream.SendBody(_localBody.Span);
            _downstream.SendEnd(trailers: null);
        }
    }

    /// <summary>Moves what can be moved of both bodies. True: the response is whole, or cannot become so.</summary>
    private bool IsRelayOver()
    {
        if (_context.Response is null || _upstream is not { } upstream || _context.Response != upstream.Response)
        {
            return true;
        }
        PumpRequest();
        while (_downstream.IsWritable && upstream.Body.TryRead(out BufferSlice slice))
        {
            _context.BytesSent += slice.Length;
            _downstream.SendBody(slice);
        }
        if (upstream.Body.IsEnded)
        {
            _downstream.SendEnd(upstream.Body.Trailers);
            return true;
        }
        _error = _downstream.Error ?? upstream.Error;
        if (_error is null && _timedOut && !MayRelayOn())
        {
            _error = new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut);
        }
        if (_error is not { } error)
        {
            return false;
        }
        // Half a response must not look like a whole one.
        _context.Flags |= error.Flags;
        _downstream.Reset();
        return true;
    }

    /// <summary>
    /// The route's time has come in the middle of the body. A long download is no failure, and neither is a client that
    /// takes its time: the timeout goes on as a bound on the upstream's silence.
    /// </summary>
    private bool MayRelayOn()
    {
        if (_context.BytesSent == _bytesAtTimeout && _downstream.IsWritable)
        {
            return false;
        }
        _timedOut = false;
        _bytesAtTimeout = _context.BytesSent;
        _worker.Loop.Timers.Set(this, _worker.Loop.NowMs + _route!.TimeoutMs);
        return true;
    }

    private void ReleaseUpstream()
    {
        IClientStream? upstream = _upstream;
        _upstream = null;
        upstream?.Release();
    }

    /// <summary>The request is over, whatever way: it is counted and logged, and everything goes back to its pool.</summary>
    private void Finish()
    {
        TimerWheel.Cancel(this);
        _context.FinishedNs = _worker.Loop.NowNs;
        _context.Error = _error;
        if (_context.Status == 0)
        {
            // No status was sent. For a client that left, logs show the one that nginx made the custom.
            _context.Status = _error is { Source: ErrorSource.Downstream } ? 499 : 500;
        }
        _worker.Record(_context);
        ReleaseUpstream();
        IServerStream downstream = _downstream;
        Clear();
        downstream.Release();
        _worker.Return(this);
    }

    private void Clear()
    {
        _downstream = null!;
        _route = null;
        _cluster = null;
        _host = null;
        _error = null;
        _verdict = FilterVerdict.Continue;
        _localBody = default;
        _requestSent = _timedOut = _freshConnection = false;
        _bytesAtTimeout = 0;
        _filters.Clear();
        _filterContext.Clear();
        _context.Clear();
    }
}
