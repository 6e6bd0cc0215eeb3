using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Network;

/// <summary>One loop's share of a listener: its socket and the connections that came through it.</summary>
internal sealed class ListenerOnLoop : IAcceptor, IByteCounter
{
    private readonly ListenerModel _model;
    private readonly ConnectionLimit _limit;
    private readonly ConnectionLimit _processLimit;
    private readonly MetricRegistry _metrics;
    private readonly ListenerDirectory? _others;
    private readonly HashSet<Connection> _connections = [];
    private bool _prepared;

    public ListenerOnLoop(
        ListenerModel model,
        EventLoop loop,
        ConnectionLimit limit,
        ConnectionLimit processLimit,
        MetricRegistry metrics,
        ListenerDirectory? others = null)
    {
        _model = model;
        Loop = loop;
        _limit = limit;
        _processLimit = processLimit;
        _metrics = metrics;
        _others = others;
    }

    public EventLoop Loop { get; }

    public ITransportListener? Socket { get; private set; }

    public int ConnectionCount => _connections.Count;

    public void Open(in TransportAddress address, in ListenOptions options) =>
        Socket = Loop.Listen(address, options, this);

    public void OpenBeside(ITransportListener first, in TransportAddress address, in ListenOptions options) =>
        Socket = address.Kind == AddressKind.Unix
            ? first.ShareWith(Loop, this)
            : Loop.Listen(address, options, this);

    public void CloseSocket()
    {
        Socket?.Close();
        Socket = null;
    }

    public void DrainConnections()
    {
        foreach (Connection connection in _connections.ToArray())
        {
            connection.Drain();
        }
    }

    public void CloseConnections()
    {
        foreach (Connection connection in _connections.ToArray())
        {
            connection.Close(ConnectionCloseKind.NoFlush);
        }
    }

    public void OnAccepted(ITransport transport)
    {
        if (_model.OriginalDst == OriginalDstMode.None)
        {
            Accept(transport, meant: default);
            return;
        }
        TransportAddress meant = OriginalDestinationOf(transport);
        Listener? other = meant.Kind == AddressKind.None ? null : _others?.Find(meant, _model.FallsBackToLocal);
        (other?.On(Loop) ?? this).Accept(transport, meant);
    }

    public void OnAcceptFailed(int error) => _metrics.Self.Add(Loop.Index, SelfMetric.AcceptErrorsTotal);

    public void OnRead(int bytes) => Count(DownstreamMetric.BytesReadTotal, bytes);

    public void OnWritten(int bytes) => Count(DownstreamMetric.BytesWriteTotal, bytes);

    public void OnClosed(Connection connection)
    {
        _connections.Remove(connection);
        _limit.Leave();
        _processLimit.Leave();
        Count(DownstreamMetric.ConnectionDestroy, 1);
        Count(DownstreamMetric.ConnectionActive, -1);
    }

    /// <summary>
    /// Of kind None for a connection that came here by itself: to connect to where it meant to go would be to connect to
    /// ourselves, again and again.
    /// </summary>
    private TransportAddress OriginalDestinationOf(ITransport transport)
    {
        TransportAddress local = transport.LocalAddress;
        if (_model.OriginalDst == OriginalDstMode.Redirect)
        {
            TransportAddress found = transport.FindOriginalDestination();
            return found == local ? default : found;
        }
        TransportAddress bound = Socket?.Address ?? _model.Address;
        return local == bound || (bound.IsAny && local.Port == bound.Port) ? default : local;
    }

    private void Accept(ITransport transport, in TransportAddress meant)
    {
        if (!_processLimit.TryEnter())
        {
            Shed(transport);
            return;
        }
        if (!_limit.TryEnter())
        {
            _processLimit.Leave();
            Shed(transport);
            return;
        }
        Connection connection = Connection.Accepted(Loop, transport, _model.ConnectionOptions);
        connection.OriginalDestination = meant;
        connection.ByteCounter = this;
        _connections.Add(connection);
        Count(DownstreamMetric.ConnectionTotal, 1);
        Count(DownstreamMetric.ConnectionActive, 1);
        try
        {
            Start(connection);
        }
        catch (Exception exception)
        {
            // The loop knows only the listener here; it is the connection that must end and give its place back.
            Loop.ReportBug(exception, connection);
        }
    }

    private void Start(Connection connection)
    {
        if (!_prepared)
        {
            _prepared = true;
            foreach (INetworkFilterFactory factory in _model.Filters)
            {
                factory.Prepare(Loop);
            }
        }
        foreach (INetworkFilterFactory factory in _model.Filters)
        {
            factory.AddTo(connection);
        }
        if (connection.Filters.IsEmpty)
        {
            connection.Close(ConnectionCloseKind.NoFlush); // Nobody would ever take its bytes.
            return;
        }
        connection.Start();
    }

    private void Shed(ITransport transport)
    {
        _metrics.Self.Add(Loop.Index, SelfMetric.ConnectionsShedTotal);
        transport.Close(CloseMode.Reset);
    }

    private void Count(DownstreamMetric metric, long delta) => _model.Metrics.Add(Loop.Index, metric, delta);
}
