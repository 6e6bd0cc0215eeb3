using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Connections that carry one exchange at a time (HTTP/1): a stack of idle ones, the most recent on top, so that the rest
/// may time out. Belongs to one loop.
/// </summary>
internal sealed class PingPongPool : IConnectionPool, IHttp1ClientPool
{
    private readonly EventLoop _loop;
    private readonly TransportAddress _address;
    private readonly PoolSettings _settings;
    private readonly MetricGroup _host;
    private readonly MetricGroup _cluster;
    private readonly ObjectPool<Http1ClientStream> _streams;
    private readonly List<Http1ClientConnection> _idle = [];
    private bool _closed;

    public PingPongPool(
        EventLoop loop,
        in TransportAddress address,
        PoolSettings settings,
        MetricGroup host,
        MetricGroup cluster,
        ObjectPool<Http1ClientStream> streams)
    {
        _loop = loop;
        _address = address;
        _settings = settings;
        _host = host;
        _cluster = cluster;
        _streams = streams;
    }

    public IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = default;
        if (_idle.Count == 0)
        {
            return NewStreamOnFreshConnection(owner, out error);
        }
        Http1ClientConnection connection = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        connection.IdleIndex = -1;
        return Open(connection, owner);
    }

    public IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error)
    {
        error = default;
        Http1ClientConnection connection = new(this, _streams);
        connection.Attach(Connection.Connect(
            _loop, _address, _settings.ConnectOptions, _settings.ConnectionOptions, connection));
        Count(UpstreamMetric.ConnectionTotal, 1);
        Count(UpstreamMetric.ConnectionActive, 1);
        return Open(connection, owner);
    }

    public void Close()
    {
        _closed = true;
        while (_idle.Count > 0)
        {
            _idle[^1].Connection.Close(ConnectionCloseKind.NoFlush);
        }
    }

    void IHttp1ClientPool.OnIdle(Http1ClientConnection connection)
    {
        EndRequest();
        if (_closed || connection.StreamCount >= _settings.RequestsPerConnectionMax)
        {
            connection.Connection.Close(ConnectionCloseKind.NoFlush);
            return;
        }
        connection.IdleIndex = _idle.Count;
        _idle.Add(connection);
    }

    void IHttp1ClientPool.OnAbandoned(Http1ClientConnection connection) => EndRequest();

    void IHttp1ClientPool.OnClosed(Http1ClientConnection connection, ConnectionEvent what, bool wasBusy)
    {
        Count(UpstreamMetric.ConnectionClose, 1);
        Count(UpstreamMetric.ConnectionActive, -1);
        switch (what)
        {
            case ConnectionEvent.ConnectFailed:
                Count(UpstreamMetric.ConnectionConFail, 1);
                break;
            case ConnectionEvent.ConnectTimeout:
                Count(UpstreamMetric.RequestTimeout, 1);
                break;
            case ConnectionEvent.RemoteClose or ConnectionEvent.RemoteReset:
                Count(UpstreamMetric.ConnectionRemoteClose, 1);
                if (wasBusy)
                {
                    Count(UpstreamMetric.ConnectionRemoteCloseWithActiveRequest, 1);
                }
                break;
            default:
                Count(UpstreamMetric.ConnectionLocalClose, 1);
                if (wasBusy)
                {
                    Count(UpstreamMetric.ConnectionLocalCloseWithActiveRequest, 1);
                }
                break;
        }
        int index = connection.IdleIndex;
        if (index >= 0)
        {
            // The order of the rest stays: the oldest at the bottom times out first.
            _idle.RemoveAt(index);
            connection.IdleIndex = -1;
            for (int i = index; i < _idle.Count; i++)
            {
                _idle[i].IdleIndex = i;
            }
        }
    }

    private Http1ClientStream Open(Http1ClientConnection connection, IStreamOwner owner)
    {
        Count(UpstreamMetric.RequestTotal, 1);
        Count(UpstreamMetric.RequestActive, 1);
        return connection.NewStream(owner);
    }

    private void EndRequest() => Count(UpstreamMetric.RequestActive, -1);

    private void Count(UpstreamMetric metric, long delta)
    {
        _host.Add(_loop.Index, metric, delta);
        _cluster.Add(_loop.Index, metric, delta);
    }
}
