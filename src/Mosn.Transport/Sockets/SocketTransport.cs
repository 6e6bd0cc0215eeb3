using System.Runtime.InteropServices;
using Mosn.Transport.Buffers;
using Mosn.Transport.Interop;

namespace Mosn.Transport.Sockets;

/// <summary>A connected, or connecting, stream socket on an epoll loop.</summary>
internal sealed unsafe class SocketTransport : EpollHandler, ITransport
{
    private const int VectorsMax = 16;
    private const uint Interest = Libc.EPOLLIN | Libc.EPOLLOUT | Libc.EPOLLRDHUP | Libc.EPOLLET;

    private readonly EpollLoop _loop;
    private readonly TransportAddress _remote;
    private ITransportEvents? _events;
    private TransportAddress _local;
    private int _descriptor;
    private int _connectError;
    private int _writeError;
    private State _state;
    private bool _hungUp;
    private bool _wantsWrite;

    private enum State : byte
    {
        Connecting,

        /// <summary>The connect failed before it began; told through OnConnected like any other.</summary>
        Refused,
        Open,
        Closed,
    }

    private SocketTransport(EpollLoop loop, int descriptor, in TransportAddress remote, State state)
    {
        _loop = loop;
        _descriptor = descriptor;
        _remote = remote;
        _state = state;
    }

    public TransportAddress LocalAddress
    {
        get
        {
            if (_local.Kind == AddressKind.None && _state == State.Open)
            {
                _local = SocketOptions.LocalAddress(_descriptor);
            }
            return _local;
        }
    }

    public TransportAddress RemoteAddress => _remote;

    public bool MayRead { get; private set; }

    /// <summary>
    /// Takes over an accepted socket, which must be non-blocking. Null if the system cannot watch one more descriptor:
    /// the socket is then still the caller's.
    /// </summary>
    /// <param name="local">Known when the listener is bound to one address; None: asked for when somebody wants it.</param>
    internal static SocketTransport? FromAccepted(
        EpollLoop loop, int descriptor, in TransportAddress remote, in TransportAddress local)
    {
        SocketTransport transport = new(loop, descriptor, remote, State.Open) { _local = local };
        return loop.TryAdd(descriptor, Interest, transport) ? transport : null;
    }

    internal static SocketTransport Connect(
        EpollLoop loop, in TransportAddress address, in ConnectOptions options, ITransportEvents events)
    {
        if (!SocketAddress.CanWrite(address))
        {
            return Refused(loop, descriptor: -1, address, events, Libc.ENAMETOOLONG);
        }
        int family = SocketAddress.FamilyOf(address);
        int descriptor = Libc.Socket(family, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return Refused(loop, descriptor, address, events, Marshal.GetLastPInvokeError());
        }
        if (family != Libc.AF_UNIX)
        {
            SocketOptions.SetStreamDefaults(descriptor);
        }
        if (options.Mark != 0)
        {
            SocketOptions.TrySet(descriptor, Libc.SOL_SOCKET, Libc.SO_MARK, (int)options.Mark);
        }
        byte* bytes = stackalloc byte[SocketAddress.LengthMax];
        int length = SocketAddress.Write(address, new Span<byte>(bytes, SocketAddress.LengthMax));
        if (Libc.Connect(descriptor, bytes, (uint)length) < 0 && Marshal.GetLastPInvokeError() != Libc.EINPROGRESS)
        {
            return Refused(loop, descriptor, address, events, Marshal.GetLastPInvokeError());
        }
        SocketTransport transport = new(loop, descriptor, address, State.Connecting) { _events = events };
        return loop.TryAdd(descriptor, Interest, transport)
            ? transport
            : Refused(loop, descriptor, address, events, Marshal.GetLastPInvokeError());
    }

    public TransportAddress FindOriginalDestination() =>
        _state == State.Open ? SocketOptions.OriginalDestination(_descriptor, LocalAddress.Kind) : default;

    public void SetEvents(ITransportEvents events) => _events = events;

    public IoResult Read(Span<byte> into)
    {
        if (_state != State.Open)
        {
            return new IoResult(IoStatus.WouldBlock);
        }
        while (true)
        {
            nint count;
            int error;
            fixed (byte* target = into)
            {
                count = Libc.Receive(_descriptor, target, (nuint)into.Length, out error);
            }
            if (count > 0)
            {
                // Less than asked for: drained, unless the peer has ended its stream, which the next read must see.
                MayRead = count == into.Length || _hungUp;
                return new IoResult(IoStatus.Done, (int)count);
            }
            if (count == 0)
            {
                MayRead = false;
                // The system tells of a reset once. If a send was told, a read would now find what looks like an end.
                return _writeError != 0
                    ? new IoResult(IoStatus.Failed, Error: _writeError)
                    : new IoResult(IoStatus.EndOfInput);
            }
            if (error == Libc.EINTR)
            {
                continue;
            }
            MayRead = false;
            return error == Libc.EAGAIN
                ? new IoResult(IoStatus.WouldBlock)
                : new IoResult(IoStatus.Failed, Error: error);
        }
    }

    public IoResult Flush(OutputQueue output)
    {
        int total = 0;
        while (output.Length > 0)
        {
            if (_state != State.Open)
            {
                _wantsWrite = true;
                return new IoResult(IoStatus.WouldBlock, total);
            }
            nint count = output.SegmentCount == 1 ? SendOne(output, out int error) : SendMany(output, out error);
            if (count >= 0)
            {
                output.Advance((int)count);
                total += (int)count;
                continue;
            }
            if (error == Libc.EINTR)
            {
                continue;
            }
            if (error == Libc.EAGAIN)
            {
                _wantsWrite = true;
                return new IoResult(IoStatus.WouldBlock, total);
            }
            _writeError = error;
            _hungUp = MayRead = true; // What the peer said before it broke the connection may be there already.
            return new IoResult(IoStatus.Failed, total, error);
        }
        return new IoResult(IoStatus.Done, total);
    }

    public void ShutdownWrite()
    {
        if (_state == State.Open)
        {
            Libc.Shutdown(_descriptor, Libc.SHUT_WR);
        }
    }

    public void Close(CloseMode mode)
    {
        if (_state == State.Closed)
        {
            return;
        }
        bool registered = _state != State.Refused;
        if (_state == State.Open && _local.Kind == AddressKind.None)
        {
            _local = SocketOptions.LocalAddress(_descriptor); // Access logs ask after the end.
        }
        _state = State.Closed;
        MayRead = false;
        if (_descriptor < 0)
        {
            return;
        }
        if (registered)
        {
            _loop.Forget(_descriptor);
        }
        if (mode == CloseMode.Reset)
        {
            SocketOptions.SetResetOnClose(_descriptor);
        }
        Libc.Close(_descriptor);
        _descriptor = -1;
    }

    internal override void OnEvents(uint events)
    {
        if (_state == State.Connecting)
        {
            if ((events & (Libc.EPOLLOUT | Libc.EPOLLERR | Libc.EPOLLHUP)) == 0)
            {
                return;
            }
            int error = SocketOptions.TakeError(_descriptor);
            _state = error == 0 ? State.Open : State.Connecting;
            _events!.OnConnected(error);
            if (error != 0 || _state != State.Open)
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
        if (_wantsWrite && _state == State.Open && (events & (Libc.EPOLLOUT | Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            _wantsWrite = false;
            _events!.OnWritable();
        }
    }

    /// <summary>Ends the connection after a bug: the owner's state can no longer be trusted.</summary>
    internal void Abort(Exception exception)
    {
        _loop.ReportBug(exception, _events);
        Close(CloseMode.Reset);
    }

    private static SocketTransport Refused(
        EpollLoop loop, int descriptor, in TransportAddress address, ITransportEvents events, int error)
    {
        SocketTransport transport = new(loop, descriptor, address, State.Refused)
        {
            _events = events,
            _connectError = error,
        };
        // Later, so that the caller has the transport before it hears of it.
        loop.Post(
            static state =>
            {
                SocketTransport self = (SocketTransport)state!;
                if (self._state == State.Refused)
                {
                    self._events!.OnConnected(self._connectError);
                }
            },
            transport);
        return transport;
    }

    private nint SendOne(OutputQueue output, out int error)
    {
        byte* start = output.AddressOf(0, out int length);
        return Libc.Send(_descriptor, start, (nuint)length, Libc.MSG_NOSIGNAL, out error);
    }

    private nint SendMany(OutputQueue output, out int error)
    {
        Libc.IoVector* vectors = stackalloc Libc.IoVector[VectorsMax];
        int count = Math.Min(output.SegmentCount, VectorsMax);
        for (int i = 0; i < count; i++)
        {
            vectors[i].Base = output.AddressOf(i, out int length);
            vectors[i].Length = (nuint)length;
        }
        Libc.MessageHeader message = new() { Vectors = vectors, VectorCount = (nuint)count };
        nint sent = Libc.SendMessage(_descriptor, &message, Libc.MSG_NOSIGNAL);
        error = sent < 0 ? Marshal.GetLastPInvokeError() : 0;
        return sent;
    }
}
