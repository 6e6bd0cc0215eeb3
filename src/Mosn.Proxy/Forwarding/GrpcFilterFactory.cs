using Mosn.Proxy.Network;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>The <c>grpc</c> network filter: a proxy filter whose connections end at the latest so long after a stop began.</summary>
/// <param name="stopMs">Milliseconds.</param>
internal sealed class GrpcFilterFactory(ProxyFilterFactory proxy, long stopMs) : INetworkFilterFactory
{
    public void AddTo(Connection connection)
    {
        proxy.AddTo(connection);
        connection.AddListener(new Stop(connection, stopMs));
    }

    public void Prepare(EventLoop loop) => ((INetworkFilterFactory)proxy).Prepare(loop);

    private sealed class Stop(Connection connection, long stopMs) : LoopTimer, IConnectionListener
    {
        public void OnEvent(Connection connection, ConnectionEvent what)
        {
            if (what == ConnectionEvent.Drain)
            {
                connection.Loop.Timers.Set(this, connection.Loop.NowMs + stopMs);
            }
            else if (what.IsEnd())
            {
                TimerWheel.Cancel(this);
            }
        }

        protected override void OnTimer() => connection.Close(ConnectionCloseKind.NoFlush);
    }
}
