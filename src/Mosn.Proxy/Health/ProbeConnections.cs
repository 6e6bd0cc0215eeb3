using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// Opens connections for checks, each for one stream: it ends with the stream's release. For one cluster, on its home loop.
/// </summary>
internal sealed class ProbeConnections(
    EventLoop loop, CheckQuota quota, ConnectOptions connectOptions, ConnectionOptions connectionOptions)
{
    private static readonly Http2ClientSettings s_http2 = new();

    /// <summary>A stream of HTTP/1.1; nothing of it was sent yet.</summary>
    public IClientStream OpenHttp1(TransportAddress address, IStreamOwner owner)
    {
        Http1ClientConnection connection = new(OneHttp1Stream.Instance, quota.Streams);
        connection.Attach(Connection.Connect(loop, address, connectOptions, connectionOptions, connection));
        return connection.NewStream(owner);
    }

    /// <summary>A stream of HTTP/2 with prior knowledge; nothing of it was sent yet.</summary>
    public IClientStream OpenHttp2(TransportAddress address, IStreamOwner owner)
    {
        Http2ClientConnection connection = new(OneHttp2Stream.Instance, s_http2, quota.Http2StreamsOn(loop));
        connection.Attach(Connection.Connect(loop, address, connectOptions, connectionOptions, connection));
        return connection.NewStream(owner);
    }

    private sealed class OneHttp1Stream : IHttp1ClientPool
    {
        public static OneHttp1Stream Instance { get; } = new();

        public void OnIdle(Http1ClientConnection connection) => connection.Connection.Close(ConnectionCloseKind.NoFlush);

        public void OnConnected(Http1ClientConnection connection)
        {
            // The stream was there before.
        }

        public bool MayFinish(Http1ClientConnection connection) => false;

        public void OnReleased(Http1ClientConnection connection, bool finishes)
        {
            // Nobody counts.
        }

        public void OnFinished(Http1ClientConnection connection)
        {
            // It never waits.
        }

        public void OnClosed(Http1ClientConnection connection, ConnectionEvent what, bool wasBusy)
        {
            // The stream tells it as its error.
        }
    }

    private sealed class OneHttp2Stream : IMultiplexOwner
    {
        public static OneHttp2Stream Instance { get; } = new();

        public void OnConnected(IMultiplexConnection connection)
        {
            // The stream was there before.
        }

        public void OnMayOpenChanged(IMultiplexConnection connection)
        {
            // No other stream is wanted.
        }

        public void OnStreamEnded(IMultiplexConnection connection)
        {
            // What is queued may leave: the acknowledgement of settings, or the reset of a check that was given up.
            Connection transport = connection.Connection;
            transport.Close(transport.IsOpen ? ConnectionCloseKind.Flush : ConnectionCloseKind.NoFlush);
        }

        public void OnClosed(IMultiplexConnection connection, ConnectionEvent what)
        {
            // The stream tells it as its error.
        }
    }
}
