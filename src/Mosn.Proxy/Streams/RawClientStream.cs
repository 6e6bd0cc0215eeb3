using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>Hears of a connection that carries one tunnel.</summary>
internal interface IRawClientPool
{
    /// <summary>The tunnel's owner is done with it.</summary>
    void OnReleased(RawClientStream stream);

    /// <summary>The connection is over.</summary>
    void OnClosed(RawClientStream stream, ConnectionEvent what);
}

/// <summary>
/// The far end of a CONNECT that is not passed on: a connection of its own to a host, which gets the tunnel's bytes as they
/// are. The host has agreed as soon as it accepts the connection.
/// </summary>
internal sealed class RawClientStream(IRawClientPool pool, IStreamOwner owner, bool holdsSlot)
    : IClientStream, INetworkReadFilter, IConnectionListener
{
    private readonly Http1Body _body = new();
    private Connection _connection = null!;
    private StreamError? _error;
    private bool _isConnect;
    private bool _ended;
    private bool _released;

    /// <summary>True if the connection counts against a bound.</summary>
    public bool HoldsSlot => holdsSlot;

    /// <summary>True until its owner is done with it.</summary>
    public bool IsBusy => !_released;

    public long ConnectionId => _connection.Id;

    public bool HeadReceived { get; private set; }

    public ResponseHead Response { get; } = new();

    public IMessageBody Body => _body;

    public StreamError? Error => _error;

    public bool IsWritable => _connection.IsWritable;

    public bool IsConnected => _connection.IsOpen;

    public int UnsentLength => _connection.OutputLength;

    /// <summary>Set once, right after the connect was begun with this object as its listener.</summary>
    public void Attach(Connection connection)
    {
        _connection = connection;
        connection.IsBusy = true; // The tunnel has a time of its own for silence.
        connection.Filters.AddReadFilter(this);
    }

    public void SendHead(RequestHead head, bool endStream)
    {
        // Anything else would wait for ever for an answer to what the host never gets.
        Check.That(head.KnownMethod == KnownMethod.Connect && !endStream);
        _isConnect = true;
        Agree();
    }

    public void SendBody(BufferSlice slice) => _connection.Write(slice);

    public void SendBody(ReadOnlySpan<byte> bytes) => _connection.Write(bytes);

    public void SendEnd(HeaderBlock? trailers)
    {
        _ended = true;
        _connection.EndOutput();
    }

    public void Release()
    {
        _released = true;
        pool.OnReleased(this);
        // Of a tunnel that one end broke, the other must not believe that it has seen all.
        _connection.Close(
            !HeadReceived ? ConnectionCloseKind.NoFlush : _ended ? ConnectionCloseKind.Flush : ConnectionCloseKind.Reset);
    }

    public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        Tell();
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection)
    {
        Tell();
        return FilterStatus.Stop;
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            pool.OnClosed(this, what);
            Fail(what);
        }
        else if (what == ConnectionEvent.Connected)
        {
            Agree();
        }
        else if (what == ConnectionEvent.Writable)
        {
            Tell();
        }
    }

    private void Agree()
    {
        if (!_isConnect || HeadReceived || !_connection.IsOpen)
        {
            return;
        }
        HeadReceived = true;
        Response.SetStatus(200);
        Response.HasUpgrade = true;
        _body.Start(_connection, BodyFraming.UntilClose, 0, Http1Limits.Default);
        Tell();
    }

    private void Fail(ConnectionEvent what)
    {
        StreamErrorKind kind = what switch
        {
            ConnectionEvent.ConnectFailed => StreamErrorKind.ConnectFailed,
            ConnectionEvent.ConnectTimeout => StreamErrorKind.ConnectTimedOut,
            _ => StreamErrorKind.Reset,
        };
        _error ??= new StreamError(ErrorSource.Upstream, kind, SafeToRetry: !HeadReceived);
        Tell();
    }

    private void Tell()
    {
        if (!_released)
        {
            owner.OnActivity();
        }
    }
}
