using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// The way of one request to a host that answers it: cluster, host, connection, and tries until one brings the head of a
/// response or nothing more may be tried. Each method does one step and returns; <see cref="ProxyStream"/> calls them in
/// order and waits in between. Pooled with it; it is the timer of the whole exchange.
/// </summary>
internal sealed partial class UpstreamExchange : LoopTimer
{
    /// <summary>Hosts that are remembered, to be avoided by the next try.</summary>
    private const int TriedMax = 8;

    /// <summary>
    /// Bytes of a body that are kept, without a policy, for a host that refuses the request after it got them: enough for
    /// most calls of a program to another.
    /// </summary>
    private const int RefusedBodyBytesMax = 4 * 1024;

    private readonly ProxyStream _owner;
    private readonly ProxyWorker _worker;
    private readonly StreamContext _context;
    private readonly RequestRelay _relay;
    private readonly RequestCopies _copies;
    private readonly StreamDelay _pause;
    private readonly StreamSilence _idle;
    private readonly GrpcDeadline _deadline;
    private readonly Host[] _tried = new Host[TriedMax];
    private UpstreamTry _try;

    /// <summary>While hedging: the try that took too long and goes on beside the next one.</summary>
    private UpstreamTry _slow;
    private Route _route = null!;
    private Cluster? _cluster;
    private MetadataCriteria? _criteria;
    private ulong? _hash;
    private long _timeoutMs;
    private long _tryTimeoutMs;
    private long _bytesAtTimeout;
    private int _triedCount;
    private int _retries;
    private BudgetTake _requestTaken;
    private BudgetTake _retryTaken;
    private bool _isPrepared;
    private bool _isTimedOut;
    private bool _wantsFreshConnection;

    public UpstreamExchange(
        ProxyStream owner, ProxyWorker worker, StreamContext context, RequestRelay relay, RequestCopies copies)
    {
        _owner = owner;
        _worker = worker;
        _context = context;
        _relay = relay;
        _copies = copies;
        _pause = new StreamDelay(owner);
        _idle = new StreamSilence(owner, this);
        _deadline = new GrpcDeadline(owner);
        _try = new UpstreamTry(owner, worker);
        _slow = new UpstreamTry(owner, worker);
    }

    /// <summary>The try that brought the head of the response that counts; null while there is none.</summary>
    public UpstreamTry? Answer { get; private set; }

    /// <summary>Why there will be none.</summary>
    public StreamError? Error { get; private set; }

    /// <summary>Bytes of the response's body that came from the upstream.</summary>
    public long BytesRelayed { get; set; }

    /// <summary>Bytes of both bodies that have moved.</summary>
    public long BytesMoved => _context.BytesReceived + BytesRelayed;

    /// <summary>True once nobody waits any more for the head of a response.</summary>
    private bool IsLate => _isTimedOut || _deadline.IsOver;

    private RequestHead Request => _context.Request;

    private EventLoop Loop => _worker.Loop;

    /// <summary>Settles the cluster, once for a request, and takes a unit of its budget. False: see <see cref="Error"/>.</summary>
    public bool Begin(Route route)
    {
        if (_cluster is not null)
        {
            return true;
        }
        _route = route;
        RouteCluster target = route.PickCluster(_context);
        _context.ClusterName = target.Cluster.Name;
        if (target.Cluster.Current is not { } cluster)
        {
            Error = new StreamError(ErrorSource.Proxy, StreamErrorKind.NoRoute);
            return false;
        }
        _requestTaken = cluster.BudgetsOf(route.Priority).Requests.TryTake();
        if (_requestTaken == BudgetTake.Refused)
        {
            _worker.CountOverflow(cluster);
            Error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
            return false;
        }
        _cluster = cluster;
        _context.UpstreamProtocol = ProtocolChoice.Of(_context, route, cluster);
        _hash = route.HashOf(_context);
        _criteria = _context.HasHostLabels
            ? MetadataCriteria.Merge(target.Criteria, _context.HostLabels)
            : target.Criteria;
        (_timeoutMs, _tryTimeoutMs) = ExchangeTimes.Of(route, _context);
        _idle.Start(Loop, route.IdleTimeoutMs);
        if (_context.IsGrpc)
        {
            _deadline.Start(_context, route.GrpcTimeoutMsMax);
        }
        if (route.Retry.On != RetryOn.None && !_context.DisablesRetry)
        {
            _relay.Keep(route.Retry.BodyBytesMax);
        }
        return true;
    }

    /// <summary>True while the next try is not to begin yet.</summary>
    public bool IsPausing()
    {
        if (!_pause.IsRunning)
        {
            return false;
        }
        if (_context.Downstream.Error is null && !IsLate)
        {
            return true;
        }
        _pause.Stop();
        return false;
    }

    /// <summary>
    /// Chooses the host of the next try. False: there is none, and unless a slow try is still under way, that is the end.
    /// </summary>
    public bool ChooseHost()
    {
        _try.End();
        Error ??= _context.Downstream.Error ?? ProtocolChoice.ErrorOf(_context);
        if (Error is null && IsLate)
        {
            Error = new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut);
        }
        if (Error is not null)
        {
            return false;
        }
        (Host? host, IConnectionPool? pool) = PickHost();
        if (host is null || pool is null)
        {
            if (!_slow.IsUnderWay)
            {
                Error = new StreamError(ErrorSource.Proxy, StreamErrorKind.NoHealthyHost);
            }
            return false;
        }
        _context.Attempts++;
        Name(host);
        _try.Begin(host, pool, Loop.TurnNs);
        return true;
    }

    /// <summary>Chooses another host, because a filter does not want the one that was chosen. False: there is none.</summary>
    public bool Rechoose()
    {
        if (_try.Host is { } host)
        {
            Remember(host);
        }
        return ChooseHost();
    }

    /// <summary>Sends the request to the chosen host, or queues it for a connection.</summary>
    public void Open()
    {
        Rebind();
        if (_try.Host is not { } host || _context.Downstream.Error is not null || IsLate)
        {
            return; // A filter may have waited meanwhile.
        }
        if (!_isPrepared)
        {
            _isPrepared = true;
            _route.PrepareRequest(_context);
            if (Request.WantsTunnel)
            {
                _copies.Clear(); // There is no sense in a second end that nobody hears.
            }
            _copies.Send(_route, _hash, _timeoutMs == 0 ? ExchangeTimes.TotalMsDefault : _timeoutMs);
        }
        _route.PrepareTry(_context, host);
        _deadline.WriteTo(Request);
        IConnectionPool pool = _try.Pool!;
        if (pool.IsShared && !_context.DisablesRetry)
        {
            _relay.Keep(RefusedBodyBytesMax);
        }
        IClientStream? stream = _wantsFreshConnection
            ? pool.NewStreamOnFreshConnection(_owner, out StreamError error)
            : pool.NewStream(_owner, out error);
        if (stream is not null)
        {
            Send(_try, stream);
        }
        else if (!pool.TryWait(_try.Waiter))
        {
            _worker.CountOverflow(_cluster!, host);
            _try.End();
            Error = _slow.IsUnderWay ? null : error;
        }
    }

    /// <summary>
    /// Moves what can be moved towards the head of a response. True: it is here, or nothing is under way any more; then
    /// either <see cref="Answer"/> or <see cref="Error"/> is set, or one more try is to be made.
    /// </summary>
    public bool IsTryOver()
    {
        bool isOver = IsOver(_try) || (_slow.IsUnderWay && IsOver(_slow));
        if (_context.Downstream.Error is { } gone)
        {
            // Looked at last: moving the request's body may have shown that it is broken.
            Error = gone;
            return true;
        }
        if (isOver)
        {
            return true;
        }
        if (IsLate || _idle.IsOver)
        {
            CountTimeouts();
            Error = new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut);
            return true;
        }
        return !_try.IsUnderWay && !_slow.IsUnderWay;
    }

    /// <summary>Moves more of the request to the host that has answered already.</summary>
    public void PumpRest()
    {
        if (Answer is { IsSent: false } answer && _relay.Pump(answer))
        {
            OnSent(answer);
        }
    }

    /// <summary>
    /// Why the relaying of the response's body is to end; null: it goes on. A long download is no failure, and neither is a
    /// client that takes its time: in the middle of the body the timeout goes on as a bound on the upstream's silence.
    /// </summary>
    public StreamError? RelayError()
    {
        if (_idle.IsOver || _deadline.IsOver)
        {
            return new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut);
        }
        if (!_isTimedOut)
        {
            return null;
        }
        if (BytesRelayed == _bytesAtTimeout && _context.Downstream.IsWritable)
        {
            return new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut);
        }
        _isTimedOut = false;
        _bytesAtTimeout = BytesRelayed;
        Loop.Timers.Set(this, Loop.NowMs + _timeoutMs);
        return null;
    }

    /// <summary>A host that cancels a call does so because its time is up, if it is: the host has a clock, too.</summary>
    public StreamError Explain(StreamError failure) => failure.ResetCode == Http2ErrorCode.Cancel && _deadline.IsOver
        ? new StreamError(ErrorSource.Upstream, StreamErrorKind.TimedOut)
        : failure;

    /// <summary>Counts an answer to a gRPC call whose head did not say whether it is a good one. Once the call is over.</summary>
    /// <param name="error">Why it ended early; null: it is whole.</param>
    public void JudgeAnswer(StreamError? error)
    {
        if (Answer is not { HeadNs: > 0 } answer)
        {
            return;
        }
        TryResult result = error is not { Source: ErrorSource.Upstream } cause ? TryResult.Answered
            : cause.Kind == StreamErrorKind.TimedOut ? TryResult.TimedOut
            : TryResult.Broken;
        int status = error is null ? GrpcStatuses.HttpOf(_context.GrpcStatus!.Value) : 200;
        _worker.CountResponse(answer.Host!, _context);
        _worker.Observe(_cluster!, answer, result, status);
    }

    /// <summary>Ends what is under way; no response is wanted any more.</summary>
    /// <param name="isUnwanted">It is the client that has gone; nothing is wrong with the hosts.</param>
    public void Cancel(bool isUnwanted = false)
    {
        _try.End(isUnwanted);
        _slow.End(isUnwanted);
        Answer = null;
    }

    /// <summary>Gives everything back. Ready for the next request afterwards.</summary>
    public void Clear()
    {
        TimerWheel.Cancel(this);
        Cancel(_context.Error is { Source: ErrorSource.Downstream, Kind: StreamErrorKind.Reset });
        if (_cluster is { } cluster)
        {
            ClusterBudgets budgets = cluster.BudgetsOf(_route.Priority);
            budgets.Requests.Return(_requestTaken);
            budgets.ReturnRetry(_retryTaken);
        }
        _requestTaken = _retryTaken = BudgetTake.Refused;
        if (_triedCount > 0)
        {
            _tried.AsSpan(0, _triedCount).Clear();
            _triedCount = 0;
        }
        _pause.Stop();
        _idle.Stop();
        _deadline.Stop();
        Error = null;
        _route = null!;
        _cluster = null;
        _criteria = null;
        _hash = null;
        BytesRelayed = _bytesAtTimeout = 0;
        _retries = 0;
        _isPrepared = _isTimedOut = _wantsFreshConnection = false;
    }

    protected override void OnTimer()
    {
        _isTimedOut = true;
        _owner.OnActivity();
    }

    private void Send(UpstreamTry attempt, IClientStream stream)
    {
        attempt.Stream = stream;
        _context.UpstreamConnectionId = stream.ConnectionId;
        bool hasBody = Request.HasBody;
        stream.SendHead(Request, endStream: !hasBody && !Request.WantsTunnel);
        if (!hasBody)
        {
            OnSent(attempt);
        }
    }

    private void OnSent(UpstreamTry attempt)
    {
        attempt.IsSent = true;
        _context.RequestSentNs = Loop.TurnNs;
        _context.Downstream.Connection.IsBusy = true;
        if (_timeoutMs > 0 && !IsArmed && !_isTimedOut)
        {
            Loop.Timers.Set(this, Loop.NowMs + _timeoutMs);
        }
        if (_tryTimeoutMs > 0)
        {
            Loop.Timers.Set(attempt, Loop.NowMs + _tryTimeoutMs);
        }
    }

    /// <summary>Looks at one try. True: no more is to be waited for.</summary>
    private bool IsOver(UpstreamTry attempt)
    {
        if (attempt.Waiter.State == PoolWaiterState.Ready)
        {
            Send(attempt, attempt.Waiter.Take());
        }
        if (attempt.Stream is not { } stream)
        {
            return attempt.Waiter.State switch
            {
                PoolWaiterState.GivenUp => IsOverAfterWait(attempt),
                PoolWaiterState.PoolGone => IsOverWithPool(attempt),
                _ => false,
            };
        }
        if (!attempt.IsSent)
        {
            if (_relay.Pump(attempt))
            {
                OnSent(attempt);
            }
            if (_relay.Verdict != FilterVerdict.Continue)
            {
                return true;
            }
        }
        if (stream.HeadReceived)
        {
            return IsOverWith(attempt, stream);
        }
        if (stream.Error is { } failure)
        {
            return IsOverAfter(attempt, failure);
        }
        return attempt.IsTimedOut && !IsLate && IsOverAfterTimeout(attempt);
    }

    private bool IsOverAfterWait(UpstreamTry attempt)
    {
        _worker.CountOverflow(_cluster!, attempt.Host!);
        attempt.End();
        if (!Other(attempt).IsUnderWay)
        {
            Error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
        }
        return !Other(attempt).IsUnderWay;
    }

    /// <summary>An update took the pool away. Nothing was sent: the request goes to a host and a pool that are there now.</summary>
    private bool IsOverWithPool(UpstreamTry attempt)
    {
        attempt.End();
        return !Other(attempt).IsUnderWay;
    }

    private bool IsOverWith(UpstreamTry attempt, IClientStream stream)
    {
        int status = stream.Response.Status;
        int? grpcStatus = _context.IsGrpc ? GrpcReplies.StatusOf(stream.Response) : null;
        if (_context.IsGrpc && grpcStatus is null)
        {
            attempt.HeadNs = Loop.TurnNs; // The trailers will say how it went.
        }
        else
        {
            int meant = grpcStatus is { } said ? GrpcStatuses.HttpOf(said) : status;
            _worker.Observe(_cluster!, attempt, TryResult.Answered, meant);
        }
        UpstreamTry other = Other(attempt);
        if (!stream.Response.HasUpgrade && RetryRules.Allows(_route.Retry, Request, status, grpcStatus))
        {
            bool otherGoesOn = other.IsUnderWay;
            long? pushbackMs = _context.IsGrpc ? RetryRules.PushbackMs(_route.Retry, stream.Response) : null;
            if (otherGoesOn || (pushbackMs is not < 0 && MayRetry(waits: true, pauseMs: pushbackMs)))
            {
                _worker.CountRetried(_cluster!, attempt.Host!);
                while (stream.Body.TryRead(out _))
                {
                    // What is here already costs nothing, and may save the connection.
                }
                Remember(attempt.Host!);
                attempt.End();
                return !otherGoesOn;
            }
        }
        other.End(isUnwanted: true);
        Answer = attempt;
        TimerWheel.Cancel(attempt);
        _relay.StopKeeping(attempt);
        if (_context.Attempts > 1)
        {
            Name(attempt.Host!, stream.ConnectionId); // While hedging, the older try may be the one that counts.
            _cluster!.BudgetsOf(_route.Priority).ReturnRetry(_retryTaken); // However long the response takes.
            _retryTaken = BudgetTake.Refused;
        }
        return true;
    }

    private bool IsOverAfter(UpstreamTry attempt, StreamError failure)
    {
        Host host = attempt.Host!;
        bool connectFailed = failure.Kind is StreamErrorKind.ConnectFailed or StreamErrorKind.ConnectTimedOut;
        bool isOver = attempt.Pool!.IsBound && !connectFailed; // The client's connection ends with the host's.
        bool isStale = !isOver && !_wantsFreshConnection && RetryRules.IsStale(Request, failure) && _relay.IsRepeatable;
        if (!isStale && failure.Source == ErrorSource.Upstream)
        {
            _worker.Observe(_cluster!, attempt, connectFailed ? TryResult.ConnectFailed : TryResult.Broken, status: 0);
        }
        attempt.End();
        if (Other(attempt).IsUnderWay)
        {
            Remember(host);
            return false;
        }
        if (isStale)
        {
            // A pooled connection that the host had given up: once more, on one that cannot be stale.
            _wantsFreshConnection = true;
            _worker.CountRetry(_cluster!);
            return true;
        }
        Remember(host);
        bool hasOtherHosts = _triedCount < _cluster!.HostCount;
        bool mayRetry = isOver ? false
            : failure.SafeToRetry
            ? (hasOtherHosts || !connectFailed || _route.Retry.On != RetryOn.None)
                && MayRetry(waits: !hasOtherHosts, isFree: hasOtherHosts || connectFailed) // A refusal costs the host a little.
            : RetryRules.Allows(_route.Retry, Request, failure) && MayRetry(waits: true);
        if (!mayRetry)
        {
            Error = Explain(failure);
        }
        return true;
    }

    private bool IsOverAfterTimeout(UpstreamTry attempt)
    {
        StreamError failure = new(ErrorSource.Upstream, StreamErrorKind.TryTimedOut);
        _context.Flags |= failure.Flags;
        _worker.CountTimeout(_cluster!, attempt.Host!);
        _worker.Observe(_cluster!, attempt, TryResult.TimedOut, status: 0);
        Remember(attempt.Host!);
        bool hedges = attempt == _try && _route.Retry.Hedges;
        bool mayRetry = (hedges || !Other(attempt).IsUnderWay)
            && RetryRules.Allows(_route.Retry, Request, failure) && MayRetry(waits: !hedges);
        if (mayRetry && hedges)
        {
            // The older of two slow ones makes room for the new one.
            _slow.End();
            attempt.Outlive();
            (_try, _slow) = (_slow, _try);
            return true;
        }
        attempt.End();
        if (Other(attempt).IsUnderWay)
        {
            return false;
        }
        if (!mayRetry)
        {
            Error = failure;
        }
        return true;
    }

    private UpstreamTry Other(UpstreamTry attempt) => attempt == _try ? _slow : _try;

    /// <summary>Takes leave for one more try, which begins after a pause if it <paramref name="waits"/>.</summary>
    /// <param name="pauseMs">Milliseconds of that pause; null: as the policy says.</param>
    /// <param name="isFree">The failed try has cost no host anything, so the next one multiplies no load.</param>
    private bool MayRetry(bool waits, bool isFree = false, long? pauseMs = null)
    {
        RetryPolicy policy = _route.Retry;
        if (_context.DisablesRetry || IsLate || _retries >= policy.RetriesMax || !_relay.IsRepeatable)
        {
            return false;
        }
        ClusterBudgets budgets = _cluster!.BudgetsOf(_route.Priority);
        budgets.ReturnRetry(_retryTaken);
        _retryTaken = isFree ? BudgetTake.Unbounded : budgets.TryTakeRetry(ProxyWorker.ActiveRequests(_cluster));
        if (_retryTaken == BudgetTake.Refused)
        {
            _context.Flags |= ResponseFlags.UpstreamOverflow;
            _worker.CountRetryOverflow(_cluster);
            return false;
        }
        _retries++;
        _worker.CountRetry(_cluster);
        if (waits && (pauseMs ?? RetryRules.BackoffMs(policy, _retries, ref _worker.Random)) is > 0 and long ms)
        {
            _pause.Start(Loop, ms, budgets);
        }
        return true;
    }

    private void CountTimeouts()
    {
        CountTimeout(_try);
        CountTimeout(_slow);
    }

    private void CountTimeout(UpstreamTry attempt)
    {
        if (attempt.Stream is not null)
        {
            _worker.CountTimeout(_cluster!, attempt.Host!);
            _worker.Observe(_cluster!, attempt, TryResult.TimedOut, status: 0);
        }
    }
}
