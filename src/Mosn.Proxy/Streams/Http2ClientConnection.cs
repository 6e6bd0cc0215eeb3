using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>The client side of HTTP/2 on one connection to a host.</summary>
/// <param name="streams">The loop's.</param>
internal sealed class Http2ClientConnection(
    IMultiplexOwner pool, Http2ClientSettings settings, ObjectPool<Http2ClientStream> streams)
    : Http2Endpoint(isServer: false, settings.Session), IMultiplexConnection, INetworkReadFilter
{
    private const ulong KeepAlivePing = 0x6D6F_736E_6C69_7665; // "mosnlive"

    private long _streamsOpened;
    private long _pingedMs;
    private long _readAtLook;
    private long _writtenAtLook;
    private long _readMs;
    private bool _mayHaveChanged;
    private bool _isSuspect;

    /// <summary>Streams that wait for the host's settings before they can send their heads.</summary>
    private List<Http2ClientStream>? _held;

    /// <summary>Not while it may be dead: until the host shows a sign of life, others are better.</summary>
    public bool MayOpen => !Connection.IsClosed && !_isSuspect && Session.MayOpen && StreamCount < Session.StreamsMax;

    public int StreamsMax => Session.HasPeerSettings ? Session.StreamsMax : 0;

    public bool IsDraining => Connection.IsClosed || Session.IsSpent;

    public int StreamCount { get; private set; }

    public void Attach(Connection connection)
    {
        connection.Filters.AddReadFilter(this);
        Begin(connection);
        _readMs = connection.Loop.NowMs;
    }

    public IClientStream NewStream(IStreamOwner owner, bool isApart = false)
    {
        Check.That(MayOpen);
        Http2ClientStream stream = streams.Rent();
        stream.Begin(this, owner, isReused: _streamsOpened++ > 0 && Connection.IsOpen);
        if (StreamCount++ == 0)
        {
            Connection.IsBusy = true;
            _readMs = Connection.Loop.NowMs;
            Watch();
        }
        return stream;
    }

    public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        if (_isSuspect)
        {
            _isSuspect = false;
            _mayHaveChanged = true;
        }
        Receive(input);
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection) => FilterStatus.Continue;

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            pool.OnClosed(this, what);
            CloseStreams(what);
            TellHeld(what);
        }
        else if (what == ConnectionEvent.Connected)
        {
            foreach (Http2Stream stream in (Http2Stream[])[.. Session.Streams])
            {
                if (stream.IsLive)
                {
                    ((Http2ClientStream)stream).OnConnected(); // A request's body waits for the connect.
                }
            }
            pool.OnConnected(this);
        }
        else if (what == ConnectionEvent.Deadline)
        {
            LookForLife(connection.Loop.NowMs);
        }
    }

    public override void Recycle(Http2MessageStream stream) => streams.Return((Http2ClientStream)stream);

    public override void OnSettings()
    {
        _mayHaveChanged = true;
        TellHeld(end: null);
    }

    public override void OnGoAway(Http2ErrorCode code) => _mayHaveChanged = true;

    public override void OnPong(ulong payload) => _pingedMs = 0;

    /// <summary>Has the stream told when the host's settings are there.</summary>
    internal void Hold(Http2ClientStream stream) => (_held ??= []).Add(stream);

    /// <summary>The stream does not wait any more.</summary>
    internal void Unhold(Http2ClientStream stream) => _held!.Remove(stream);

    /// <summary>A stream has no owner any more.</summary>
    /// <param name="isUnanswered">Since its request was sent, not a byte has come on the connection.</param>
    internal void OnReleased(bool isUnanswered)
    {
        if (--StreamCount == 0)
        {
            Connection.IsBusy = false;
        }
        if (isUnanswered && Connection.IsOpen && _pingedMs == 0)
        {
            _isSuspect = true;
            Ping();
        }
        pool.OnStreamEnded(this);
    }

    protected override void AfterReceive()
    {
        base.AfterReceive();
        if (_mayHaveChanged && !Connection.IsClosed)
        {
            _mayHaveChanged = false;
            pool.OnMayOpenChanged(this);
        }
    }

    /// <param name="end">The end of the connection; null: the host's settings are there.</param>
    private void TellHeld(ConnectionEvent? end)
    {
        while (_held is [Http2ClientStream stream, ..])
        {
            _held.RemoveAt(0);
            if (end is { } what)
            {
                stream.OnConnectionClosed(what);
            }
            else
            {
                stream.OnSettings();
            }
        }
    }

    private void Ping()
    {
        _pingedMs = Connection.Loop.NowMs;
        _readAtLook = Connection.BytesRead;
        Session.Ping(KeepAlivePing);
        _writtenAtLook = Connection.BytesWritten + Connection.OutputLength;
        Connection.SetDeadline(_pingedMs + settings.PingTimeoutMs);
    }

    private void Watch()
    {
        if (settings.PingIntervalMs > 0 && _pingedMs == 0)
        {
            Connection.SetDeadline(Connection.Loop.NowMs + settings.PingIntervalMs);
        }
    }

    /// <summary>Asks a silent host whether it is still there, and gives up one that does not answer.</summary>
    private void LookForLife(long now)
    {
        if (Connection.BytesRead != _readAtLook)
        {
            _readAtLook = Connection.BytesRead;
            _readMs = now;
            _pingedMs = 0;
        }
        else if (_pingedMs != 0)
        {
            if (Connection.OutputLength > 0 || Connection.BytesWritten != _writtenAtLook)
            {
                // It takes what it is sent, as fast as it can, and the PING comes behind it.
                _writtenAtLook = Connection.BytesWritten;
                _pingedMs = now;
                Connection.SetDeadline(now + settings.PingTimeoutMs);
            }
            else if (now - _pingedMs >= settings.PingTimeoutMs)
            {
                Connection.Close(ConnectionCloseKind.Reset, ConnectionEvent.RemoteReset);
            }
            return;
        }
        if (settings.PingIntervalMs == 0 || StreamCount == 0)
        {
            return;
        }
        if (now - _readMs >= settings.PingIntervalMs)
        {
            Ping();
        }
        else
        {
            Watch();
        }
    }
}
