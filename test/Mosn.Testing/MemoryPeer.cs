using System.Text;
using Mosn.Transport;
using Mosn.Transport.Interop;

namespace Mosn.Testing;

/// <summary>
/// The far end of a connection, driven by a test: a client of the proxy, or one connection of an upstream. It sends what
/// it is told as fast as the network takes it, and reads all that comes unless told to pause.
/// </summary>
/// <remarks>Allocates nothing once its two buffers have grown to what the traffic needs.</remarks>
public sealed class MemoryPeer : IMemorySocketOwner
{
    private readonly MemoryNetwork _network;
    private MemorySocket _socket = null!;
    private byte[] _received = new byte[64];
    private byte[] _unsent = [];
    private int _receivedLength;
    private int _unsentStart;
    private int _unsentEnd;
    private bool _queued;
    private bool _connecting;
    private bool _paused;
    private bool _endWhenSent;
    private bool _closeWhenSent;

    internal MemoryPeer(MemoryNetwork network) => _network = network;

    /// <summary>Called when bytes, the end or an error came in.</summary>
    public Action<MemoryPeer>? OnInput { get; set; }

    /// <summary>Anything that the test wants to keep with the peer.</summary>
    public object? Tag { get; set; }

    /// <summary>What came in since the last <see cref="ClearReceived"/>.</summary>
    public ReadOnlySpan<byte> Received => _received.AsSpan(0, _receivedLength);

    /// <summary>The same, each byte a character.</summary>
    public string ReceivedText => Encoding.Latin1.GetString(Received);

    /// <summary>Bytes that came in, ever.</summary>
    public long ReceivedTotal { get; private set; }

    /// <summary>Bytes that the network took, ever.</summary>
    public long SentTotal { get; private set; }

    /// <summary>Bytes told to send that the network did not take yet.</summary>
    public int UnsentLength => _unsentEnd - _unsentStart;

    /// <summary>True after the connection stood, whatever became of it.</summary>
    public bool WasConnected { get; private set; }

    /// <summary>True if the other end has ended its direction in order (FIN).</summary>
    public bool InputEnded { get; private set; }

    /// <summary>What broke the connection or the connect; 0: nothing did.</summary>
    public int Error { get; private set; }

    /// <summary>True if the other end has reset the connection.</summary>
    public bool WasReset => Error is Libc.ECONNRESET or Libc.EPIPE;

    /// <summary>True if the connect was refused.</summary>
    public bool WasRefused => Error == Libc.ECONNREFUSED;

    /// <summary>True if nothing more will come: the other end is gone in one way or the other, or this one is.</summary>
    public bool IsOver => InputEnded || Error != 0 || IsClosed;

    /// <summary>True after <see cref="Close"/> (once all is sent) or <see cref="Reset"/>.</summary>
    public bool IsClosed => _socket.IsClosed;

    /// <summary>Keeps what is received; when false it is counted and dropped.</summary>
    public bool KeepsReceived { get; set; } = true;

    /// <summary>Address of this end.</summary>
    public TransportAddress LocalAddress => _socket.Local;

    /// <summary>Address of the other end.</summary>
    public TransportAddress RemoteAddress => _socket.Remote;

    /// <summary>Sends the bytes, in order, as the network takes them.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_unsentStart == _unsentEnd)
        {
            _unsentStart = _unsentEnd = 0;
        }
        Grow(ref _unsent, _unsentEnd + bytes.Length);
        bytes.CopyTo(_unsent.AsSpan(_unsentEnd));
        _unsentEnd += bytes.Length;
        Queue();
    }

    /// <summary>Sends the text, each character a byte.</summary>
    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Ends this direction (FIN) once all is sent; reading goes on.</summary>
    public void SendEnd()
    {
        _endWhenSent = true;
        Queue();
    }

    /// <summary>Closes in order once all is sent. As with a socket, unread bytes make it a reset.</summary>
    public void Close()
    {
        _closeWhenSent = true;
        Queue();
    }

    /// <summary>Resets the connection now; what was not taken by the network is not sent.</summary>
    public void Reset()
    {
        _unsentStart = _unsentEnd = 0;
        _socket.Close(CloseMode.Reset);
    }

    /// <summary>Leaves what comes in where it is, so that the other end is slowed down.</summary>
    public void PauseReading() => _paused = true;

    /// <summary>Reads again.</summary>
    public void ResumeReading()
    {
        _paused = false;
        Queue();
    }

    /// <summary>While paused: reads up to <paramref name="countMax"/> bytes that have arrived, and returns how many.</summary>
    public int ReadSome(int countMax)
    {
        long before = ReceivedTotal;
        while (ReceivedTotal - before < countMax && ReadOnce(countMax - (int)(ReceivedTotal - before)))
        {
        }
        return (int)(ReceivedTotal - before);
    }

    /// <summary>Forgets what was received.</summary>
    public void ClearReceived() => _receivedLength = 0;

    /// <summary>Forgets the first bytes of what was received.</summary>
    public void Consume(int count)
    {
        _received.AsSpan(count, _receivedLength - count).CopyTo(_received);
        _receivedLength -= count;
    }

    void IMemorySocketOwner.OnEdge() => Queue();

    internal void Attach(MemorySocket socket)
    {
        _socket = socket;
        socket.Owner = this;
        _connecting = !socket.IsConnected;
        WasConnected = socket.IsConnected;
    }

    internal void Run()
    {
        _queued = false;
        if (_socket.IsClosed)
        {
            return;
        }
        if (_connecting)
        {
            int error = _socket.TakeError();
            if (error != 0)
            {
                Fail(error);
                return;
            }
            if (!_socket.IsConnected)
            {
                return;
            }
            _connecting = false;
            WasConnected = true;
        }
        bool news = false;
        while (!_paused && ReadOnce(int.MaxValue))
        {
            news = true;
        }
        if (news)
        {
            OnInput?.Invoke(this);
        }
        SendOn();
    }

    /// <summary>True if something came.</summary>
    private bool ReadOnce(int countMax)
    {
        if (IsOver)
        {
            return false;
        }
        if (_received.Length - _receivedLength < 4096 && _socket.Input.Readable > 0)
        {
            Grow(ref _received, _receivedLength + 4096);
        }
        Span<byte> room = _received.AsSpan(_receivedLength);
        int count = _socket.Receive(room[..Math.Min(room.Length, countMax)]);
        if (count == -Libc.EAGAIN)
        {
            return false;
        }
        if (count > 0)
        {
            ReceivedTotal += count;
            _receivedLength += KeepsReceived ? count : 0;
        }
        else if (count == 0)
        {
            InputEnded = true;
        }
        else
        {
            Error = -count;
        }
        return true;
    }

    private void SendOn()
    {
        while (UnsentLength > 0 && Error == 0 && !_socket.IsClosed)
        {
            int count = _socket.Send(_unsent.AsSpan(_unsentStart, UnsentLength));
            if (count == -Libc.EAGAIN)
            {
                return;
            }
            if (count < 0)
            {
                Fail(-count);
                return;
            }
            _unsentStart += count;
            SentTotal += count;
        }
        if (_closeWhenSent)
        {
            _socket.Close(CloseMode.Graceful);
        }
        else if (_endWhenSent)
        {
            _socket.ShutdownWrite();
        }
    }

    private void Fail(int error)
    {
        Error = error;
        OnInput?.Invoke(this);
    }

    private void Queue()
    {
        if (!_queued)
        {
            _queued = true;
            _network.Enqueue(this);
        }
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(length, buffer.Length * 2));
        }
    }
}
