using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>The <c>tcp_proxy</c> network filter's configuration, compiled.</summary>
internal sealed class TcpProxyFilterFactory(TcpProxyModel model) : INetworkFilterFactory
{
    public bool HoldsDrain => false;

    public void AddTo(Connection connection)
    {
        TcpSession session = new(model, connection);
        connection.Filters.AddReadFilter(session);
        connection.AddListener(session);
    }
}
