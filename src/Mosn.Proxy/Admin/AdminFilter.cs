using Microsoft.Extensions.Logging;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Admin;

/// <summary>Makes the connections of a listener speak an admin API. For one loop.</summary>
internal sealed class AdminFilterFactory(AdminApi api, ILogger log) : INetworkFilterFactory
{
    private const int StreamsKept = 16;

    private readonly ObjectPool<Http1ServerStream> _streams = new(static () => new Http1ServerStream(), StreamsKept);

    public void AddTo(Connection connection)
    {
        AdminFilter filter = new(connection, new AdminStream(api, log), _streams);
        connection.Filters.AddReadFilter(filter);
        connection.AddListener(filter);
    }
}

/// <summary>The only filter of an admin connection: HTTP/1.1 between its bytes and its <see cref="AdminStream"/>.</summary>
internal sealed class AdminFilter : INetworkReadFilter, IConnectionListener, IServerStreamHandler
{
    private static readonly Http1ServerSettings s_settings = new()
    {
        HeadTimeoutMs = 10_000,
        RequestBodyBytesMax = AdminStream.JsonBytesMax, // The stream knows the bound of each endpoint.
        BodyRateMin = 0, // The stream has a deadline for the whole of it.
    };

    private readonly AdminStream _stream;
    private readonly Http1ServerConnection _server;

    public AdminFilter(Connection connection, AdminStream stream, ObjectPool<Http1ServerStream> streams)
    {
        _stream = stream;
        _server = new Http1ServerConnection(connection, s_settings, this, streams);
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

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        _server.OnEvent(what);
        if (what == ConnectionEvent.Deadline)
        {
            _stream.OnDeadline();
        }
    }

    public void OnStream(IServerStream stream) => _stream.Start(stream);
}
