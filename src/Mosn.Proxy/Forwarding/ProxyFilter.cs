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
/// The last read filter of an L7 chain: gives the connection's bytes to its protocol's server connection, and each of that
/// one's streams to a <see cref="ProxyStream"/>.
/// </summary>
internal sealed class ProxyFilter : INetworkReadFilter, IConnectionListener, IServerStreamHandler
{
    private readonly ProxyWorker _worker;
    private readonly Http1ServerConnection _server;

    public ProxyFilter(ProxyWorker worker, Connection connection)
    {
        _worker = worker;
        _server = new Http1ServerConnection(connection, worker.Model.Http1, this, worker.ServerStreams);
    }

    public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        _server.OnData(input);
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection)
    {
        _server.OnEndOfInput();
        return FilterStatus.Stop;
    }

    public void OnEvent(Connection connection, ConnectionEvent what) => _server.OnEvent(what);

    public void OnStream(IServerStream stream) => _worker.Start(stream);

    public void OnRejected(Connection connection, int status)
    {
        _worker.Model.Metrics.Self.Add(connection.Loop.Index, SelfMetric.RequestsRejectedTotal);
        _worker.Count(DownstreamMetrics.ForStatus(status));
    }
}
