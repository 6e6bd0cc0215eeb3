using Mosn.Protocols;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Upstream;

/// <summary>A connection of many streams that sends nothing: what the host would say, the test says.</summary>
internal sealed class FakeMultiplexConnection(IMultiplexOwner owner) : IMultiplexConnection
{
    /// <summary>What the protocol assumes before the host has spoken.</summary>
    public const int AssumedStreamsMax = 100;

    private readonly Stack<Stream> _free = new();
    private readonly List<Stream> _open = [];
    private int? _streamsMax;

    public Connection Connection { get; private set; } = null!;

    public bool MayOpen =>
        !IsDraining && !Connection.IsClosed && StreamCount < (_streamsMax ?? AssumedStreamsMax);

    public bool IsDraining { get; private set; }

    public int StreamCount => _open.Count;

    /// <summary>Most streams that were open at a time.</summary>
    public int StreamsPeak { get; private set; }

    public int StreamsMax => _streamsMax ?? 0;

    public void Attach(Connection connection) => Connection = connection;

    public IClientStream NewStream(IStreamOwner streamOwner, bool isApart = false)
    {
        Assert.True(MayOpen);
        Stream stream = _free.TryPop(out Stream? free) ? free : new Stream(this);
        stream.Begin(streamOwner);
        _open.Add(stream);
        Connection.IsBusy = true;
        StreamsPeak = Math.Max(StreamsPeak, _open.Count);
        return stream;
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what == ConnectionEvent.Connected)
        {
            owner.OnConnected(this);
        }
        else if (what.IsEnd())
        {
            owner.OnClosed(this, what);
            StreamErrorKind kind = what == ConnectionEvent.ConnectFailed ? StreamErrorKind.ConnectFailed : StreamErrorKind.Reset;
            foreach (Stream stream in _open.ToArray())
            {
                stream.Break(new StreamError(ErrorSource.Upstream, kind, SafeToRetry: true));
            }
        }
    }

    /// <summary>The host's bound changes.</summary>
    public void SetStreamsMax(int max)
    {
        _streamsMax = max;
        owner.OnMayOpenChanged(this);
    }

    /// <summary>The host announces its end.</summary>
    public void GoAway()
    {
        IsDraining = true;
        owner.OnMayOpenChanged(this);
    }

    private void OnReleased(Stream stream)
    {
        Assert.True(_open.Remove(stream));
        _free.Push(stream);
        Connection.IsBusy = _open.Count > 0;
        owner.OnStreamEnded(this);
    }

    private sealed class Stream(FakeMultiplexConnection connection) : IClientStream
    {
        private IStreamOwner _owner = null!;

        public Connection Connection => connection.Connection;

        public long ConnectionId => Connection.Id;

        public bool HeadReceived => false;

        public StreamError? Error { get; private set; }

        public bool IsWritable => true;

        public bool IsConnected => Connection.IsOpen;

        public int UnsentLength => 0;

        public ResponseHead Response => throw new NotSupportedException();

        public IMessageBody Body => throw new NotSupportedException();

        public void Begin(IStreamOwner owner)
        {
            _owner = owner;
            Error = null;
        }

        public void Break(StreamError error)
        {
            Error = error;
            _owner.OnActivity();
        }

        public void Release() => connection.OnReleased(this);

        public void SendHead(RequestHead head, bool endStream)
        {
        }

        public void SendBody(BufferSlice slice)
        {
        }

        public void SendBody(ReadOnlySpan<byte> bytes)
        {
        }

        public void SendEnd(HeaderBlock? trailers)
        {
        }
    }
}
