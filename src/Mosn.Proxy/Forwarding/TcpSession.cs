using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// One client connection relayed to one host, both directions at once, each ended on its own. What is received on one
/// side is queued on the other without a copy; a side that cannot take more stops the reading of the other.
/// </summary>
internal sealed class TcpSession : INetworkReadFilter, IConnectionListener
{
    /// <summary>Hosts to try before the client is turned away: MOSN's number.</summary>
    private const int AttemptsMax = 3;

    private readonly TcpProxyModel _model;
    private readonly UpstreamSide _side;
    private Cluster? _cluster;
    private Host? _host;
    private BudgetTake _slot;
    private long _tryStartNs;
    private bool _begun;
    private bool _finished;

    public TcpSession(TcpProxyModel model, Connection downstream)
    {
        _model = model;
        _side = new UpstreamSide(this);
        Downstream = downstream;
        StartNs = downstream.Loop.TurnNs;
        StartUtcTicks = downstream.Loop.TurnUtcTicks;
    }

    /// <summary>The client's connection.</summary>
    public Connection Downstream { get; }

    /// <summary>The host's connection; null before the first try.</summary>
    public Connection? Upstream { get; private set; }

    public string ListenerName => _model.ListenerName;

    public string? ClusterName { get; private set; }

    public string? UpstreamHostName => _host?.HostName;

    /// <summary>The chosen host's address; of kind None before.</summary>
    public TransportAddress UpstreamAddress => _host?.Address ?? default;

    public ResponseFlags Flags { get; private set; }

    public int Attempts { get; private set; }

    public long StartNs { get; }

    public long StartUtcTicks { get; }

    public long FinishedNs { get; private set; }

    /// <summary>Bytes for the client, those included that were still on their way to it at the end.</summary>
    public long BytesSent { get; private set; }

    public FilterStatus OnNewConnection(Connection connection)
    {
        _begun = true;

        // Nothing is read until somebody is there to take it: until then another host may be tried.
        connection.DisableReading();
        ClusterRef? reference = _model.Route.Pick(this);
        ClusterName = reference?.Name;
        _cluster = reference?.Current;
        if (_cluster is null)
        {
            Fail(ResponseFlags.NoRouteFound);
            return FilterStatus.Stop;
        }
        ConnectNext();
        return FilterStatus.Stop;
    }

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        Relay(connection, Upstream!);
        if (connection.InputEnded)
        {
            EndDirection(Upstream!, connection); // Seen by the filter before this one, while it held the bytes.
        }
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection)
    {
        EndDirection(Upstream!, connection);
        return FilterStatus.Stop;
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            CloseOther(Upstream, what);
            Finish();
        }
        else if (what == ConnectionEvent.Writable)
        {
            Upstream?.EnableReading();
        }
    }

    private void ConnectNext()
    {
        PickContext pick = new(Downstream.Loop.Index)
        {
            Downstream = Downstream,
            Hash = _cluster!.BalancesByHash ? SourceAddressHash.HashOf(Downstream.RemoteAddress) : null,
            Attempt = Attempts,
            NowMs = Downstream.Loop.NowMs,
        };
        _host = _host is { } tried ? _cluster.PickHost(pick, [tried]) : _cluster.PickHost(pick);
        if (_host is null)
        {
            Fail(ResponseFlags.NoHealthyUpstream);
            return;
        }
        ResourceBudget connections = _cluster!.BudgetsOf(RoutingPriority.Default).Connections;
        _slot = connections.TryTake();
        if (_slot == BudgetTake.Refused)
        {
            _cluster.Metrics.Add(Downstream.Loop.Index, UpstreamMetric.RequestPendingOverflow);
            Fail(ResponseFlags.UpstreamOverflow);
            return;
        }
        Attempts++;
        _tryStartNs = Downstream.Loop.TurnNs;
        PoolSettings settings = _cluster.PoolSettings;
        ConnectionOptions options = settings.ConnectionOptions with { IdleTimeoutMs = _model.IdleTimeoutMs };
        Upstream = Connection.Connect(Downstream.Loop, _host.Address, settings.ConnectOptions, options, _side);
        Upstream.Filters.AddReadFilter(_side);
        Count(UpstreamMetric.ConnectionTotal, 1);
        Count(UpstreamMetric.ConnectionActive, 1);
    }

    private void OnUpstreamEvent(ConnectionEvent what)
    {
        switch (what)
        {
            case ConnectionEvent.Connected:
                Observe(TryResult.Answered);
                Downstream.EnableReading();
                if (Downstream.Input.Length > 0)
                {
                    Downstream.ReadAgain(); // What the filter before this one did not want.
                }
                break;
            case ConnectionEvent.Writable:
                Downstream.EnableReading();
                break;
            case ConnectionEvent.ConnectFailed or ConnectionEvent.ConnectTimeout:
                Observe(TryResult.ConnectFailed);
                CountEnd();
                Count(UpstreamMetric.ConnectionConFail, 1);
                if (Downstream.IsClosed)
                {
                    break;
                }
                if (Attempts < AttemptsMax && _cluster!.HostCount > 1)
                {
                    _cluster.Metrics.Add(Downstream.Loop.Index, UpstreamMetric.ConnectionRetry);
                    ConnectNext();
                }
                else
                {
                    Fail(ResponseFlags.NoHealthyUpstream | ResponseFlags.UpstreamConnectionFailure);
                }
                break;
            default:
                if (what.IsEnd())
                {
                    CountEnd();
                    CloseOther(Downstream, what);
                }
                break;
        }
    }

    /// <summary>Moves all that was received; a full queue on the other side stops the reading until it drains.</summary>
    private static void Relay(Connection from, Connection to)
    {
        to.Write(from.Input.Take(0, from.Input.Length));
        if (!to.IsWritable)
        {
            from.DisableReading();
        }
    }

    private static void EndDirection(Connection to, Connection from)
    {
        to.EndOutput();
        if (to.InputEnded)
        {
            // Both directions are over; each side gets what is queued for it.
            from.Close(ConnectionCloseKind.Flush, ConnectionEvent.RemoteClose);
        }
    }

    /// <summary>A reset stays a reset, and an orderly end an orderly end.</summary>
    private static void CloseOther(Connection? other, ConnectionEvent what)
    {
        bool broken = what is ConnectionEvent.RemoteReset or ConnectionEvent.WriteTimeout;
        other?.Close(broken ? ConnectionCloseKind.Reset : ConnectionCloseKind.Flush);
    }

    private void Fail(ResponseFlags flags)
    {
        Flags |= flags;
        Downstream.Close(ConnectionCloseKind.NoFlush);
    }

    private void Finish()
    {
        if (!_begun || _finished)
        {
            return;
        }
        _finished = true;
        FinishedNs = Downstream.Loop.NowNs;
        BytesSent = Downstream.BytesWritten + Downstream.OutputLength;
        foreach (TcpAccessLog log in _model.AccessLogs)
        {
            log.Sink.Write(Downstream.Loop.Index, log.Format, this);
        }
    }

    /// <summary>A connection that stands is all that can be said for a host whose protocol nobody looks at.</summary>
    private void Observe(TryResult result) => _cluster!.Observe(
        _host!, Downstream.Loop, new TryOutcome(result, Status: 0, Downstream.Loop.TurnNs - _tryStartNs));

    private void CountEnd()
    {
        _cluster!.BudgetsOf(RoutingPriority.Default).Share.Return(_slot);
        _slot = BudgetTake.Refused;
        Count(UpstreamMetric.ConnectionActive, -1);
        Count(UpstreamMetric.ConnectionClose, 1);
    }

    private void Count(UpstreamMetric metric, long delta)
    {
        int loop = Downstream.Loop.Index;
        _host!.Metrics.Add(loop, metric, delta);
        _cluster!.Metrics.Add(loop, metric, delta);
    }

    /// <summary>The host's end of the session.</summary>
    private sealed class UpstreamSide(TcpSession session) : INetworkReadFilter, IConnectionListener
    {
        public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

        public FilterStatus OnData(Connection connection, ReadBuffer input)
        {
            Relay(connection, session.Downstream);
            return FilterStatus.Stop;
        }

        public FilterStatus OnEndOfInput(Connection connection)
        {
            EndDirection(session.Downstream, connection);
            return FilterStatus.Stop;
        }

        public void OnEvent(Connection connection, ConnectionEvent what) => session.OnUpstreamEvent(what);
    }
}
