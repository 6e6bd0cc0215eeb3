using Mosn.Transport;
using Mosn.Transport.Interop;

namespace Mosn.Testing;

/// <summary>Who holds a socket, and hears that something about it changed.</summary>
internal interface IMemorySocketOwner
{
    /// <summary>An edge: the socket's <see cref="MemorySocket.Events"/> are worth a look.</summary>
    void OnEdge();
}

/// <summary>
/// One end of a connection as a kernel keeps it, with Linux's habits: which error a call takes, what a close with unread
/// bytes does, when a writer hears of room.
/// </summary>
internal sealed class MemorySocket(
    MemoryNetwork network, TransportAddress local, TransportAddress remote, MemoryPipe input, MemoryPipe output)
{
    private int _error;
    private bool _inputEnded;
    private bool _outputEnded;
    private bool _dead;
    private bool _wasFull;

    public TransportAddress Local => local;

    public TransportAddress Remote => remote;

    public MemoryPipe Input => input;

    public MemoryPipe Output => output;

    /// <summary>Where the peer meant to go, if it was redirected; else of kind None.</summary>
    public TransportAddress Meant { get; init; }

    public IMemorySocketOwner? Owner { get; set; }

    public MemorySocket Other { get; set; } = null!;

    public bool IsConnected { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>What epoll would say now. EPOLLOUT is level here; the edge is in who calls the owner, and when.</summary>
    public uint Events
    {
        get
        {
            uint events = 0;
            if (_error != 0)
            {
                events |= Libc.EPOLLERR;
            }
            if (input.Readable > 0 || _inputEnded || _dead)
            {
                events |= Libc.EPOLLIN;
            }
            if (_inputEnded || _dead)
            {
                events |= Libc.EPOLLRDHUP;
            }
            if (_dead || (_inputEnded && _outputEnded))
            {
                events |= Libc.EPOLLHUP;
            }
            if (_dead || _outputEnded || (IsConnected && output.HasFairRoom))
            {
                events |= Libc.EPOLLOUT;
            }
            return events;
        }
    }

    /// <summary>Bytes read, 0 at the end, or a negative error number.</summary>
    public int Receive(Span<byte> into)
    {
        if (input.Readable > 0)
        {
            int count = input.Read(into);
            if (Other._wasFull && input.HasFairRoom)
            {
                Other._wasFull = false;
                network.SendWindow(Other);
            }
            return count;
        }
        if (_inputEnded)
        {
            return 0;
        }
        int error = TakeError();
        return error != 0 ? -error : _dead ? 0 : -Libc.EAGAIN;
    }

    /// <summary>Bytes taken, or a negative error number.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        int error = TakeError();
        if (error != 0)
        {
            return -error;
        }
        if (_outputEnded || _dead)
        {
            return -Libc.EPIPE;
        }
        int count = output.Write(bytes);
        if (count < bytes.Length)
        {
            _wasFull = true;
        }
        if (count == 0 && bytes.Length > 0)
        {
            return -Libc.EAGAIN;
        }
        network.SendBytes(this, count);
        return count;
    }

    /// <summary>The pending error, or 0; each is told once.</summary>
    public int TakeError()
    {
        int error = _error;
        _error = 0;
        return error;
    }

    public void ShutdownWrite()
    {
        if (!_outputEnded && !_dead)
        {
            _outputEnded = true;
            network.SendEnd(this);
        }
    }

    public void Close(CloseMode mode)
    {
        if (IsClosed)
        {
            return;
        }
        IsClosed = true;
        Owner = null;
        if (_dead)
        {
            return;
        }
        // A close that leaves bytes unread is a reset: the peer must not believe that they were taken.
        if (mode == CloseMode.Reset || input.Readable > 0)
        {
            _dead = true;
            network.SendReset(this);
        }
        else if (!_outputEnded)
        {
            _outputEnded = true;
            network.SendEnd(this);
        }
    }

    public void OnConnected(int error)
    {
        IsConnected = error == 0;
        _error = error;
        _dead = error != 0;
        Owner?.OnEdge();
    }

    public void OnBytes(int count)
    {
        if (_dead || input.IsBroken)
        {
            return;
        }
        input.Arrive(count);
        if (IsClosed)
        {
            _dead = true;
            network.SendReset(this); // Nobody will read these: the sender hears so.
            return;
        }
        Owner?.OnEdge();
    }

    public void OnEnd()
    {
        if (!_dead && !IsClosed && !input.IsBroken)
        {
            _inputEnded = true;
            Owner?.OnEdge();
        }
    }

    public void OnReset(bool dropUnread)
    {
        if (_dead)
        {
            return;
        }
        _dead = true;
        _error = _inputEnded ? Libc.EPIPE : Libc.ECONNRESET;
        input.Break();
        output.Break();
        // Behind an end in order nothing is lost: whoever saw the end has all that came before it.
        if (dropUnread && !_inputEnded)
        {
            input.DropUnread();
        }
        Owner?.OnEdge();
    }

    public void OnWindow() => Owner?.OnEdge();
}
