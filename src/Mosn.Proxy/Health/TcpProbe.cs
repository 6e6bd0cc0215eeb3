using Mosn.Proxy.Network;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>What a TCP check does.</summary>
/// <param name="Port">0: the host's.</param>
/// <param name="Send">Empty: nothing is sent.</param>
/// <param name="Receive">What must come, perhaps with more around it. Empty: nothing need come.</param>
internal sealed record TcpCheck(int Port, byte[] Send, byte[] Receive);

/// <summary>Passes when a connection is accepted and, if that is asked for, the expected bytes come.</summary>
internal sealed class TcpProbe(
    HostCheck check, EventLoop loop, TcpCheck what, ConnectOptions connectOptions, ConnectionOptions connectionOptions)
    : HealthProbe(check), IConnectionListener, INetworkReadFilter
{
    private readonly AnswerSearch _search = new(what.Receive, AnswerBytesMax);
    private Connection? _connection;

    public override void Start()
    {
        _connection = Connection.Connect(loop, Address(what.Port), connectOptions, connectionOptions, this);
        _connection.Filters.AddReadFilter(this);
        _connection.Write(what.Send);
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            End(passed: false);
        }
    }

    public FilterStatus OnNewConnection(Connection connection)
    {
        if (what.Receive.Length == 0)
        {
            End(passed: true);
        }
        return FilterStatus.Stop;
    }

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        if (IsOver)
        {
            return FilterStatus.Stop;
        }
        bool isFound = _search.Finds(input.Unread);
        input.Consume(input.Length);
        if (isFound)
        {
            End(passed: true);
        }
        else if (_search.IsFull)
        {
            End(passed: false);
        }
        return FilterStatus.Stop;
    }

    protected override void Close()
    {
        // What was to be sent may not have left yet: the host shall see it whole.
        _connection?.Close(what.Send.Length > 0 ? ConnectionCloseKind.Flush : ConnectionCloseKind.NoFlush);
    }
}
