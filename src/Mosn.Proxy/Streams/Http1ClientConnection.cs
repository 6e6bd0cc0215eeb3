using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>Keeps client connections between their streams.</summary>
internal interface IHttp1ClientPool
{
    /// <summary>Whether a connection may wait for the rest of an answer that nobody wants; else it is ended.</summary>
    bool MayFinish(Http1ClientConnection connection);

    /// <summary>Whoever asked for a stream is done with it.</summary>
    /// <param name="finishes">The exchange goes on, see <see cref="MayFinish"/>; <see cref="OnFinished"/> follows.</param>
    void OnReleased(Http1ClientConnection connection, bool finishes);

    /// <summary>The connection waits no longer for the rest of an answer. What becomes of it is told separately.</summary>
    void OnFinished(Http1ClientConnection connection);

    /// <summary>An exchange has come to its end, too; the connection may carry the next one.</summary>
    void OnIdle(Http1ClientConnection connection);

    /// <summary>A connection stands that was opened before a stream needed it.</summary>
    void OnConnected(Http1ClientConnection connection);

    /// <summary>The connection is over.</summary>
    /// <param name="wasBusy">Somebody waited for an answer on it.</param>
    void OnClosed(Http1ClientConnection connection, ConnectionEvent what, bool wasBusy);
}

/// <summary>
/// The client side of HTTP/1.1 on one connection: one exchange at a time. A connection on which anything was odd is never
/// used again, so that nothing of one exchange reaches the next.
/// </summary>
internal sealed class Http1ClientConnection : INetworkReadFilter, IConnectionListener
{
    /// <summary>
    /// Milliseconds for the rest of an answer that nobody wants any more: most come sooner, and the connection is worth more
    /// than they cost. A host is told that late that its answer is not wanted: by the end of the connection.
    /// </summary>
    private const long RestMs = 100;

    private readonly IHttp1ClientPool _pool;
    private readonly ObjectPool<Http1ClientStream> _streams;
    private Http1ClientStream? _stream;

    public Http1ClientConnection(IHttp1ClientPool pool, ObjectPool<Http1ClientStream> streams)
    {
        _pool = pool;
        _streams = streams;
    }

    public Connection Connection { get; private set; } = null!;

    /// <summary>Streams that were opened.</summary>
    public long StreamCount { get; private set; }

    /// <summary>When the connection takes no further stream, in the loop's milliseconds. The pool's.</summary>
    public long ExpiresMs { get; init; } = long.MaxValue;

    /// <summary>True if it counts against a bound on connections. The pool's.</summary>
    public bool HoldsSlot { get; init; }

    /// <summary>Position among the pool's idle connections; -1 while it is not one of them. The pool's.</summary>
    public int IdleIndex { get; set; } = -1;

    /// <summary>Set once, right after the connect was begun with this object as its listener.</summary>
    public void Attach(Connection connection)
    {
        Connection = connection;
        connection.InputLimit = Math.Max(connection.InputLimit, Http1Limits.Default.HeadBytesMax + 1);
        connection.Filters.AddReadFilter(this);
    }

    /// <summary>Opens a stream. There is none at the moment.</summary>
    public Http1ClientStream NewStream(IStreamOwner owner)
    {
        Check.That(_stream is null && !Connection.IsClosed);
        StreamCount++;
        Connection.IsBusy = true;
        Http1ClientStream stream = _streams.Rent();
        _stream = stream;
        stream.Begin(this, owner, isReused: Connection.IsOpen); // It waited for this stream, and may be stale.
        return stream;
    }

    public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        if (_stream is { } stream)
        {
            stream.OnInput();
        }
        else
        {
            // Bytes that no request asked for: they must not become the answer to the next one.
            connection.Close(ConnectionCloseKind.Reset);
        }
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection)
    {
        if (_stream is not { } stream)
        {
            return FilterStatus.Continue;
        }
        stream.OnEndOfInput();
        return FilterStatus.Stop;
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            _pool.OnClosed(this, what, _stream is { IsLeft: false });
            _stream?.OnConnectionClosed(what);
        }
        else if (what == ConnectionEvent.Deadline)
        {
            _stream?.OnRestLate();
        }
        else if (what is ConnectionEvent.Writable or ConnectionEvent.Connected)
        {
            if (_stream is { } stream)
            {
                stream.OnWritable(); // A request's body waits for the connect.
            }
            else if (what == ConnectionEvent.Connected)
            {
                _pool.OnConnected(this);
            }
        }
    }

    /// <summary>Whether the stream may see the rest of its answer out.</summary>
    internal bool MayFinish() => _pool.MayFinish(this);

    /// <summary>Whoever asked for the stream is done, and the rest of the answer is still to come.</summary>
    internal void OnLeft()
    {
        _pool.OnReleased(this, finishes: true);
        Connection.SetDeadline(Connection.Loop.NowMs + RestMs);
        Connection.ResumeReading();
    }

    /// <summary>The exchange is over.</summary>
    /// <param name="kind">How the connection ends if it is not to be used again.</param>
    internal void OnEnded(Http1ClientStream stream, bool isReusable, ConnectionCloseKind kind)
    {
        Check.That(_stream == stream);
        _stream = null;
        if (stream.IsLeft)
        {
            Connection.ClearDeadline();
            _pool.OnFinished(this);
        }
        else
        {
            _pool.OnReleased(this, finishes: false);
        }
        stream.Clear();
        _streams.Return(stream);
        Connection.IsBusy = false;
        if (isReusable)
        {
            Connection.ResumeReading();
            _pool.OnIdle(this);
        }
        else
        {
            Connection.Close(kind);
        }
    }
}
