using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Interop;

namespace Mosn.Testing;

/// <summary>A loop's side of a connection in memory. Reads, writes and tells of events exactly as the socket one does.</summary>
internal sealed class MemoryTransport : ITransport, IMemorySocketOwner, IMemoryHandler
{
    private readonly MemoryLoop _loop;
    private readonly MemorySocket _socket;
    private ITransportEvents? _events;
    private bool _connecting;
    private bool _closed;
    private bool _hungUp;
    private bool _wantsWrite;
    private int _writeError;

    internal MemoryTransport(MemoryLoop loop, MemorySocket socket, ITransportEvents? events)
    {
        _loop = loop;
        _socket = socket;
        _events = events;
        _connecting = events is not null;
        socket.Owner = this;
    }

    public TransportAddress LocalAddress => _socket.Local;

    public TransportAddress RemoteAddress => _socket.Remote;

    public bool MayRead { get; private set; }

    bool IMemoryHandler.IsQueued { get; set; }

    public TransportAddress FindOriginalDestination() => _socket.Meant;

    public void SetEvents(ITransportEvents events) => _events = events;

    public IoResult Read(Span<byte> into)
    {
        if (_connecting || _closed)
        {
            return new IoResult(IoStatus.WouldBlock);
        }
        int count = _socket.Receive(into);
        _loop.Network.ReadCalls++;
        if (count > 0)
        {
            MayRead = count == into.Length || _hungUp;
            return new IoResult(IoStatus.Done, count);
        }
        MayRead = false;
        if (count == 0)
        {
            return _writeError != 0
                ? new IoResult(IoStatus.Failed, Error: _writeError)
                : new IoResult(IoStatus.EndOfInput);
        }
        return count == -Libc.EAGAIN
            ? new IoResult(IoStatus.WouldBlock)
            : new IoResult(IoStatus.Failed, Error: -count);
    }

    public IoResult Flush(OutputQueue output)
    {
        int total = 0;
        while (output.Length > 0)
        {
            if (_connecting || _closed)
            {
                _wantsWrite = true;
                return new IoResult(IoStatus.WouldBlock, total);
            }
            int count = _socket.Send(output.Peek(0));
            _loop.Network.WriteCalls++;
            if (count >= 0)
            {
                output.Advance(count);
                total += count;
                continue;
            }
            if (count == -Libc.EAGAIN)
            {
                _wantsWrite = true;
                return new IoResult(IoStatus.WouldBlock, total);
            }
            _writeError = -count;
            _hungUp = MayRead = true;
            return new IoResult(IoStatus.Failed, total, -count);
        }
        return new IoResult(IoStatus.Done, total);
    }

    public void ShutdownWrite()
    {
        if (!_connecting && !_closed)
        {
            _socket.ShutdownWrite();
        }
    }

    public void Close(CloseMode mode)
    {
        if (!_closed)
        {
            _closed = true;
            MayRead = false;
            _loop.Network.OpenTransports--;
            _socket.Close(mode);
        }
    }

    void IMemorySocketOwner.OnEdge() => _loop.Enqueue(this);

    void IMemoryHandler.Abort(Exception exception)
    {
        _loop.ReportBug(exception, _events);
        Close(CloseMode.Reset);
    }

    void IMemoryHandler.OnEvents()
    {
        if (_closed)
        {
            return;
        }
        uint events = _socket.Events;
        if (_connecting)
        {
            if ((events & (Libc.EPOLLOUT | Libc.EPOLLERR | Libc.EPOLLHUP)) == 0)
            {
                return;
            }
            int error = _socket.TakeError();
            _connecting = error != 0;
            _events!.OnConnected(error);
            if (error != 0 || _closed)
            {
                return;
            }
        }
        if ((events & (Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0)
        {
            _hungUp = true;
        }
        if ((events & (Libc.EPOLLIN | Libc.EPOLLRDHUP | Libc.EPOLLHUP | Libc.EPOLLERR)) != 0)
        {
            MayRead = true;
            _events!.OnReadable();
        }
        if (_wantsWrite && !_closed && (events & (Libc.EPOLLOUT | Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            _wantsWrite = false;
            _events!.OnWritable();
        }
    }
}
