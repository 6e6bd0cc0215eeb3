using System.Runtime.CompilerServices;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// The life of one request, from its decoded head to its last byte: the one place that says what comes next. Everything
/// it calls does one step. Runs on one event loop from start to end.
/// </summary>
/// <remarks>
/// <code>
///   (1) filters before the route          (5) filters after the host is chosen
///   (2) match the route                   (6) send the request, wait for the response's head
///   (3) filters after the route           (7) response filters, send the head
///   (4) choose cluster and host           (8) relay both bodies to their ends
/// </code>
/// (4) to (6) repeat for each try, see <see cref="UpstreamExchange"/>. Both bodies are pulled: a side that cannot take
/// more stops the other by not pulling. Pooled, and a coroutine for life: it waits for a request, drives it, and waits
/// for the next, so a request costs no allocation. Every wait is on one signal that says "look again".
/// </remarks>
internal sealed partial class ProxyStream : IStreamOwner
{
    /// <summary>Times that filters may have the route or the host chosen again for one request.</summary>
    private const int AgainMax = 3;

    private readonly ProxyWorker _worker;
    private readonly LoopSignal _signal = new();

    /// <summary>What a filter waits on, while the stream waits for the filter.</summary>
    private readonly LoopSignal _filterSignal = new();
    private readonly StreamContext _context = new();
    private readonly FilterContext _filterContext;
    private readonly StreamFilterChain _filters;
    private readonly RequestRelay _relay;
    private readonly RequestCopies _copies;
    private readonly UpstreamExchange _exchange;
    private readonly StreamDelay _filterDelay;
    private readonly ResponseSink _sink;
    private readonly LocalAnswer _local;
    private IServerStream _downstream = null!;
    private Route? _route;
    private StreamError? _error;
    private FilterVerdict _verdict;

    public ProxyStream(ProxyWorker worker)
    {
        _worker = worker;
        _filterContext = new FilterContext(this, _context);
        _filters = new StreamFilterChain(_filterContext);
        _relay = new RequestRelay(_filters, _context);
        _copies = new RequestCopies(worker, _context, _relay);
        _exchange = new UpstreamExchange(this, worker, _context, _relay, _copies);
        _filterDelay = new StreamDelay(this);
        _sink = new ResponseSink(_context);
        _local = new LocalAnswer(_context, _filters.ResponseBody, _sink);
        _ = RunAsync(); // To its first wait.
    }

    Connection? IStreamOwner.Client => _downstream.Connection;

    bool IStreamOwner.HasLargeFrame => _context.Request.Frame is { IsStreamed: true };

    /// <summary>Takes over a request. The stream returns itself to its pool when it is over.</summary>
    public void Start(IServerStream downstream, long streamId)
    {
        EventLoop loop = _worker.Loop;
        _downstream = downstream;
        _context.Begin(downstream, loop, streamId, _worker.Model.ListenerName, loop.TurnNs, loop.TurnUtcTicks);
        if (downstream.Request.WantsTunnel)
        {
            MakeNeutral();
        }
        _context.ListenerType = _worker.Model.ListenerType;
        if (downstream.Request.Frame is { TimeoutMs: not 0 } frame)
        {
            _context.TimeoutMs = frame.TimeoutMs; // The caller says how long it waits.
        }
        _worker.Count(DownstreamMetric.RequestTotal);
        _worker.Count(DownstreamMetric.RequestActive);
        downstream.SetOwner(this);
        foreach (IStreamFilterFactory factory in _worker.Model.StreamFilters)
        {
            factory.AddTo(_filters, _filterContext);
        }
        _sink.Target = downstream;
        _relay.Start(downstream);
        _signal.Set();
    }

    public void OnActivity()
    {
        // Without a waiter the run is further up this stack: it looks before it waits.
        if (_signal.IsWaiting)
        {
            _signal.Set();
        }
        else if (_filterSignal.IsWaiting)
        {
            _filterSignal.Set();
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> DelayAsync(long ms)
    {
        // However long it takes, and whether or not the body is here: it is the client that waits for us.
        Connection connection = _downstream.Connection;
        bool wasBusy = connection.IsBusy;
        connection.IsBusy = true;
        _filterDelay.Start(_worker.Loop, ms);
        while (_filterDelay.IsRunning && _downstream.Error is null)
        {
            await _filterSignal.WaitAsync();
        }
        _filterDelay.Stop();
        connection.IsBusy = wasBusy;
        return _downstream.Error is null;
    }

    /// <summary>For a filter that wants the whole body. False: it is larger than that, or the client left.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> BufferRequestBodyAsync(int bytesMax)
    {
        _relay.Keep(bytesMax);
        AskForBody();
        while (true)
        {
            if (_relay.Collect() is { } isWhole)
            {
                return isWhole;
            }
            if (_downstream.Error is not null)
            {
                return false;
            }
            await _filterSignal.WaitAsync();
        }
    }

    /// <summary>Lets copies of the request go to another cluster, beside it.</summary>
    public void Mirror(ClusterRef cluster, int count) => _copies.Ask(cluster, count);

    /// <summary>
    /// For a filter that answers itself: sends a copy to each host of a cluster. False: a filter of the body does not go
    /// on, or the client left. Only with a route.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> BroadcastAsync(ClusterRef cluster)
    {
        AskForBody();
        _route!.PrepareRequest(_context);
        long timeoutMs = _route.TimeoutMs;
        _copies.SendToAll(cluster, _route, timeoutMs == 0 ? ExchangeTimes.TotalMsDefault : timeoutMs, this);
        while (true)
        {
            if (_relay.PumpCopies() is { } isWhole)
            {
                return isWhole;
            }
            if (_downstream.Error is not null)
            {
                return false;
            }
            await _filterSignal.WaitAsync();
        }
    }

    /// <summary>The body is wanted now, before there is anybody else who could ask for it.</summary>
    private void AskForBody()
    {
        RequestHead request = _downstream.Request;
        if (request.ExpectContinue)
        {
            ResponseHead go = _downstream.LocalResponse;
            go.SetStatus(100);
            _downstream.SendInterim(go);
            go.Clear();
            request.Headers.Remove(KnownHeader.Expect);
        }
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
                while (MayTry())
                {
                    while (_exchange.IsPausing())
                    {
                        await _signal.WaitAsync();
                    }
                    if (_exchange.ChooseHost() && _filters.HasRequestFilters)
                    {
                        await FilterHostAsync();
                    }
                    if (_verdict == FilterVerdict.Continue)
                    {
                        _exchange.Open();
                    }
                    while (!IsTryOver())
                    {
                        await _signal.WaitAsync();
                    }
                }

                // (7) The response's head: the upstream's or our own.
                ChooseResponse();
                if (_filters.HasResponseFilters && _context.Response is not null)
                {
                    await FilterResponseAsync();
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
                EndWith(_error ?? new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
            }
            try
            {
                Tell();
            }
            catch (Exception exception)
            {
                _worker.Loop.ReportBug(exception); // What the request held goes back all the same.
            }
            try
            {
                GiveBack();
            }
            catch (Exception exception)
            {
                // Left to the garbage collector, and not to be woken again: what it is in the middle of is unknown.
                _worker.Loop.ReportBug(exception);
                return;
            }
        }
    }

    private void MatchRoute()
    {
        _route = _worker.Model.MatchRoute(_context);
        if (_worker.Model.StreamFilters.Length > 0)
        {
            _filterContext.Route = _route;
            _copies.Clear(); // What a route before this one asked for.
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask MatchBetweenFiltersAsync()
    {
        _verdict = await _filters.RunAsync(RequestPhase.BeforeRoute, _filterContext);
        for (int again = 0; _verdict is not (FilterVerdict.Reply or FilterVerdict.Terminate) && again <= AgainMax; again++)
        {
            MatchRoute();
            _verdict = await _filters.RunAsync(RequestPhase.AfterRoute, _filterContext);
            if (_verdict != FilterVerdict.Reroute)
            {
                break;
            }
        }
        IgnoreRepetition();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FilterHostAsync()
    {
        _verdict = await _filters.RunAsync(RequestPhase.AfterChooseHost, _filterContext);
        for (int again = 0; _verdict == FilterVerdict.Rechoose && again < AgainMax && _exchange.Rechoose(); again++)
        {
            _verdict = await _filters.RunAsync(RequestPhase.AfterChooseHost, _filterContext);
        }
        IgnoreRepetition();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FilterResponseAsync()
    {
        int bodyFilterCount = _filters.ResponseBody.Count;
        FilterVerdict verdict = await _filters.RunResponseAsync(_filterContext);
        if (verdict == FilterVerdict.Reply && _context.Response != _downstream.LocalResponse)
        {
            _exchange.Cancel();
            _filters.ResponseBody.Truncate(bodyFilterCount); // Those that came since are for the body that is not sent.
            _local.Settle(_filterContext.ReplyStatus, _filterContext.ReplyBody, error: null);
            verdict = await _filters.RunResponseAsync(_filterContext); // Past all of them, as every answer of ours.
        }
        else if (verdict != FilterVerdict.Terminate && !ClientTakes(_context.Response!))
        {
            ReplaceResponse();
            verdict = await _filters.RunResponseAsync(_filterContext);
        }
        _verdict = verdict == FilterVerdict.Terminate ? verdict : _verdict;
    }

    /// <summary>A filter that asks for the same again and again, or at a time when it has no effect, gets what there is.</summary>
    private void IgnoreRepetition()
    {
        if (_verdict is FilterVerdict.Reroute or FilterVerdict.Rechoose)
        {
            _verdict = FilterVerdict.Continue;
        }
    }

    /// <summary>Whether a try is to be made, the first or one more. False: what answers the request is decided.</summary>
    private bool MayTry()
    {
        if (_verdict == FilterVerdict.Terminate && _downstream.Error is { } cause)
        {
            // The filter gave up because the client did, and what the client did says what becomes of the request.
            _verdict = FilterVerdict.Continue;
            _error = cause;
        }
        if (_exchange.Answer is not null || _verdict != FilterVerdict.Continue)
        {
            return false;
        }
        _error ??= _exchange.Error ?? _downstream.Error;
        if (_error is not null)
        {
            return false;
        }
        if (_route is null)
        {
            _error = new StreamError(ErrorSource.Proxy, StreamErrorKind.NoRoute);
            return false;
        }
        if ((_context.Request.WantsTunnel && !MayTunnel()) || _route.Kind != RouteKind.Forward)
        {
            return false;
        }
        if (!_exchange.Begin(_route))
        {
            _error = _exchange.Error;
            return false;
        }
        return MayTranscode();
    }

    private bool IsTryOver()
    {
        bool isOver = _exchange.IsTryOver();
        if (_relay.Verdict != FilterVerdict.Continue)
        {
            _verdict = _relay.Verdict;
        }
        if (_verdict != FilterVerdict.Continue || _exchange.Error is not null)
        {
            _exchange.Cancel(isUnwanted: _downstream.Error is { Kind: StreamErrorKind.Reset });
            return true;
        }
        return isOver;
    }

    /// <summary>Settles what the client gets; no response at all if it has left or a filter wants none.</summary>
    private void ChooseResponse()
    {
        if (_error is { } error)
        {
            _context.Flags |= error.Flags;
            if (error is { Source: ErrorSource.Downstream, Kind: StreamErrorKind.Reset }
                || _downstream.Error is { Kind: StreamErrorKind.Reset })
            {
                return;
            }
            _local.Settle(error.Status, default, error);
        }
        else if (_verdict == FilterVerdict.Reply)
        {
            _local.Settle(_filterContext.ReplyStatus, _filterContext.ReplyBody, error: null);
        }
        else if (_exchange.Answer is { } answer)
        {
            _context.ResponseReceivedNs = _worker.Loop.TurnNs;
            ResponseHead response = answer.Stream!.Response;
            _context.Response = response;
            _context.GrpcStatus = _context.IsGrpc ? GrpcReplies.StatusOf(response) : null;
            if (!_context.IsGrpc || _context.GrpcStatus is not null)
            {
                _worker.CountResponse(answer.Host!, _context);
            }
        }
        else if (_verdict != FilterVerdict.Terminate)
        {
            ResponseHead local = _downstream.LocalResponse;
            ReadOnlyMemory<byte> body = _route!.Answer(_context, local);
            _local.Settle(local.Status, body, error: null);
        }
    }

    private void SendResponseHead()
    {
        StreamError? end = _downstream.Error is { Kind: StreamErrorKind.Reset } gone ? gone
            : _verdict == FilterVerdict.Terminate ? _error ?? new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated)
            : null;
        if (end is { } cause)
        {
            _context.Response = null;
            EndWith(cause);
            return;
        }
        if (_context.Request.WantsTunnel && IsTunnelAgreed())
        {
            return;
        }
        ResponseHead response = _context.Response!; // Only for a client that left there is none.
        _context.Status = response.Status;
        _route?.PrepareResponse(_context, response);
        if (!ClientTakes(response))
        {
            response = ReplaceResponse();
            _route?.PrepareResponse(_context, response);
        }
        bool hasBody = response.HasBody;
        GrpcReplies.LeaveOutLength(_context, response);
        _downstream.SendHead(response, endStream: !hasBody);
        if (hasBody && response == _downstream.LocalResponse && !_local.TrySendBody())
        {
            EndWith(new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
        }
    }

    /// <summary>Moves what can be moved of both bodies. True: the response is whole, or cannot become so.</summary>
    private bool IsRelayOver()
    {
        if (_isTunnel)
        {
            return IsTunnelOver();
        }
        if (_context.Response is not { } response || _exchange.Answer?.Stream is not { } upstream
            || response != upstream.Response)
        {
            return true;
        }
        if (_downstream.Error is { Kind: StreamErrorKind.Reset } gone)
        {
            EndWith(gone); // Before the rest is moved to nobody, and counts as sent.
            return true;
        }
        _exchange.PumpRest();
        while (_downstream.IsWritable && upstream.Body.TryRead(out BufferSlice slice))
        {
            _exchange.BytesRelayed += slice.Length;
            if (_filters.ResponseBody.IsEmpty)
            {
                _context.BytesSent += slice.Length;
                _downstream.SendBody(slice);
            }
            else
            {
                _filters.ResponseBody.Send(slice, _sink);
            }
        }
        if (upstream.Body.IsEnded)
        {
            EndResponse(upstream.Body.Trailers);
            return true;
        }
        StreamError? error = _downstream.Error ?? upstream.Error ?? _exchange.RelayError();
        if (error is null && !FiltersGoOn())
        {
            error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated);
        }
        if (error is not { } cause)
        {
            return false;
        }
        BreakOff(_exchange.Explain(cause));
        return true;
    }

    /// <summary>Once the response has begun, a filter of a body can only let go on or end.</summary>
    private bool FiltersGoOn() =>
        _relay.Verdict == FilterVerdict.Continue && _filters.ResponseBody.Verdict == FilterVerdict.Continue;

    /// <summary>The request is over, whatever way: it is counted and logged, and filters hear of it.</summary>
    private void Tell()
    {
        _context.FinishedNs = _worker.Loop.NowNs;
        _context.Error = _error;
        if (_context.Status == 0)
        {
            // No status was sent. For a client that left, logs show the one that nginx made the custom.
            _context.Status = _error is { Source: ErrorSource.Downstream } ? 499 : 500;
        }
        if (_context.IsGrpc)
        {
            _context.GrpcStatus ??= (int)(_error is { } cause ? GrpcReplies.StatusOf(cause) : GrpcStatus.Unknown);
            _exchange.JudgeAnswer(_error);
        }
        _worker.Record(_context);
        _filters.End(_filterContext);
    }

    /// <summary>Everything goes back to its pool.</summary>
    private void GiveBack()
    {
        IServerStream downstream = _downstream;
        try
        {
            _exchange.Clear();
            Clear();
        }
        finally
        {
            downstream.Release();
        }
        _worker.Return(this);
    }

    private void Clear()
    {
        _downstream = null!;
        _sink.Target = null!;
        _route = null;
        _error = null;
        _verdict = FilterVerdict.Continue;
        EndTunnel();
        _local.Clear();
        _relay.Clear();
        _copies.Clear();
        _filters.Clear();
        _filterContext.Clear();
        _filterDelay.Stop();
        _context.Clear();
    }
}
