using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>The <c>proxy</c> network filter's configuration, compiled.</summary>
internal sealed class ProxyFilterFactory(ProxyModel model, int loopCount) : INetworkFilterFactory
{
    private readonly LoopLocal<ProxyWorker> _workers = new(loopCount, loop => new ProxyWorker(model, loop));

    public void AddTo(Connection connection)
    {
        ProxyFilter filter = new(_workers.On(connection.Loop), connection);
        connection.Filters.AddReadFilter(filter);
        connection.AddListener(filter);
    }
}

/// <summary>
/// Finds out what a client speaks, if its listener speaks more than one protocol; gives the connection's bytes to that
/// protocol's server connection, and each of that one's streams to a <see cref="ProxyStream"/>. Usually the last read
/// filter of its chain; another one behind it may get the connections whose protocol is unknown.
/// </summary>
internal sealed class ProxyFilter : INetworkReadFilter, IConnectionListener, IServerStreamHandler
{
    /// <summary>Bytes of an unknown protocol that a log line shows.</summary>
    private const int LoggedBytesMax = 10;

    private readonly ProxyWorker _worker;
    private IServerConnection? _server;
    private bool _isWaiting;
    private bool _passesOn;

    public ProxyFilter(ProxyWorker worker, Connection connection)
    {
        _worker = worker;
        _server = worker.Model.Protocols.Given?.Open(connection, this);
    }

    /// <summary>The filter behind this one is not to begin before it is known that the connection is its own.</summary>
    public FilterStatus OnNewConnection(Connection connection) =>
        connection.Input.Length > 0 ? FilterStatus.Continue : FilterStatus.Stop;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        if (_server is null && !_passesOn)
        {
            Detect(connection, input);
        }
        if (_passesOn)
        {
            return FilterStatus.Continue;
        }
        IServerConnection? server = _server;
        server?.OnData(input);
        if (server != _server && input.Length > 0)
        {
            _server!.OnData(input); // Another protocol took the connection over.
        }
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection)
    {
        if (_passesOn)
        {
            return FilterStatus.Continue;
        }
        if (_server is { } server)
        {
            server.OnEndOfInput();
        }
        else if (connection.Input.Length > 0)
        {
            GiveUp(connection);
            PassOn(connection);
        }
        else
        {
            connection.Close(ConnectionCloseKind.NoFlush, ConnectionEvent.RemoteClose);
        }
        return FilterStatus.Stop;
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (_server is { } server)
        {
            server.OnEvent(what);
        }
        else if (what == ConnectionEvent.Deadline && _isWaiting)
        {
            GiveUp(connection);
            PassOn(connection);
        }
        else if (what == ConnectionEvent.Drain && !_passesOn)
        {
            connection.Close(ConnectionCloseKind.Flush);
        }
    }

    public void OnStream(IServerStream stream) => _worker.Start(stream);

    /// <summary>HTTP/2 begun as RFC 7540 section 3.2 describes it, on a listener that speaks both.</summary>
    public bool TakesOver(Connection connection, RequestHead request, ReadOnlySpan<byte> settings)
    {
        IServerConnection? successor =
            _worker.Model.Protocols.FindUpgrade("h2c")?.TakeOver(connection, this, request, settings);
        _server = successor ?? _server;
        return successor is not null;
    }

    public void OnRejected(Connection connection, int status)
    {
        _worker.Model.Metrics.Self.Add(connection.Loop.Index, SelfMetric.RequestsRejectedTotal);
        _worker.Count(DownstreamMetrics.ForStatus(status));
    }

    public void OnAbuse(Connection connection, Http2Abuse kind) =>
        _worker.Model.Metrics.Self.Add(connection.Loop.Index, SelfMetric.Http2RapidResetTotal + (int)kind);

    /// <summary>Sets the server connection or that there is none, if that can be told yet.</summary>
    private void Detect(Connection connection, ReadBuffer input)
    {
        ProtocolMatch match =
            _worker.Model.Protocols.Find(connection.ApplicationProtocol, input.Unread, out IServerProtocol? protocol);
        if (protocol is not null)
        {
            StopWaiting(connection);
            _server = protocol.Open(connection, this);
        }
        else if (match == ProtocolMatch.No || input.Length >= DetectionSettings.BytesMax)
        {
            GiveUp(connection);
        }
        else if (!_isWaiting)
        {
            _isWaiting = true;
            connection.SetDeadline(connection.Loop.NowMs + _worker.Model.Detection.TimeoutMs);
        }
    }

    /// <summary>It is none of the listener's protocols: the next filter's, or nobody's.</summary>
    private void GiveUp(Connection connection)
    {
        StopWaiting(connection);
        _passesOn = _worker.Model.Detection.FallsBack;
        if (_passesOn)
        {
            return;
        }
        _worker.Model.Metrics.Self.Add(connection.Loop.Index, SelfMetric.ConnectionsUnknownTotal);
        if (_worker.MayLog())
        {
            ReadOnlySpan<byte> start = connection.Input.Unread;
            _worker.Model.Log.Alert(
                AlertKeys.ProxyAuto,
                $"listener '{_worker.Model.ListenerName}': {connection.RemoteAddress} speaks no protocol that is served here; "
                + $"it began with {Convert.ToHexString(start[..Math.Min(start.Length, LoggedBytesMax)])}");
        }
        connection.Close(ConnectionCloseKind.NoFlush);
    }

    /// <summary>Outside of a read, whose filters run by themselves.</summary>
    private void PassOn(Connection connection)
    {
        if (_passesOn)
        {
            connection.Filters.ContinueReading(this);
        }
    }

    private void StopWaiting(Connection connection)
    {
        _isWaiting = false;
        connection.ClearDeadline();
    }
}
