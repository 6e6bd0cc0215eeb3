using System.Runtime.InteropServices;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Transport.Sockets;

/// <summary>A listening stream socket on an epoll loop: TCP, one of several that share a port, or Unix.</summary>
internal sealed unsafe class SocketListener : EpollHandler, ITransportListener
{
    /// <summary>Connections taken in one turn, so that a flood of new peers does not starve those already here.</summary>
    private const int AcceptsMax = 64;

    /// <summary>Milliseconds without accepting after the system could not give a connection.</summary>
    private const int RestMs = 100;

    private readonly EpollLoop _loop;
    private readonly IAcceptor _acceptor;
    private readonly Shared _shared;
    private readonly TransportAddress _local;
    private readonly int _descriptor;
    private readonly RestTimer _rest;
    private bool _closed;

    private SocketListener(EpollLoop loop, Shared shared, int descriptor, IAcceptor acceptor)
    {
        _loop = loop;
        _shared = shared;
        _descriptor = descriptor;
        _acceptor = acceptor;
        _local = shared.Address.IsAny || shared.IsTransparent ? default : shared.Address;
        _rest = new RestTimer(this);
        loop.Add(descriptor, Interest, this);
    }

    private const uint Exclusive = 1u << 28;

    /// <summary>
    /// Level-triggered: what AcceptsMax leaves behind is told again. Exclusive: a shared socket wakes one loop.
    /// </summary>
    private uint Interest => Libc.EPOLLIN | (_shared.IsShared ? Exclusive : 0);

    public TransportAddress Address => _shared.Address;

    internal static SocketListener Open(
        EpollLoop loop, in TransportAddress address, in ListenOptions options, IAcceptor acceptor)
    {
        int family = SocketAddress.FamilyOf(address);
        int type = Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC;
        int descriptor = SystemError.Check(Libc.Socket(family, type, 0), "socket");
        try
        {
            if (family == Libc.AF_UNIX)
            {
                RemoveStaleSocket(address.Path!);
            }
            else
            {
                SocketOptions.TrySet(descriptor, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, 1);
                SocketOptions.SetStreamDefaults(descriptor); // Inherited by what is accepted.
                if (options.ReusePort && !options.IsFirst)
                {
                    SocketOptions.TrySet(descriptor, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
                }
                if (family == Libc.AF_INET6)
                {
                    SocketOptions.TrySet(descriptor, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY, address.IsAny ? 0 : 1);
                }
                if (options.IsTransparent)
                {
                    SetTransparent(descriptor, family);
                }
            }
            byte* bytes = stackalloc byte[SocketAddress.LengthMax];
            int length = SocketAddress.Write(address, new Span<byte>(bytes, SocketAddress.LengthMax));
            SystemError.Check(Libc.Bind(descriptor, bytes, (uint)length), $"bind {address}");
            if (options.ReusePort && options.IsFirst && family != Libc.AF_UNIX)
            {
                // After the bind, which would succeed beside any socket of the same user that has the option: a process
                // started twice by mistake would take half of the connections. Those that follow may share.
                SocketOptions.TrySet(descriptor, Libc.SOL_SOCKET, Libc.SO_REUSEPORT, 1);
            }
            SystemError.Check(Libc.Listen(descriptor, options.Backlog), $"listen {address}");
            TransportAddress bound = SocketOptions.LocalAddress(descriptor);
            Shared shared = new(bound, isShared: family == Libc.AF_UNIX, options.IsTransparent);
            return new SocketListener(loop, shared, descriptor, acceptor);
        }
        catch
        {
            Libc.Close(descriptor);
            throw;
        }
    }

    public ITransportListener ShareWith(EventLoop other, IAcceptor acceptor)
    {
        int descriptor = SystemError.Check(Libc.Duplicate(_descriptor, Libc.F_DUPFD_CLOEXEC, 0), "dup");
        return new SocketListener((EpollLoop)other, _shared.Add(), descriptor, acceptor);
    }

    public void Close()
    {
        if (_closed)
        {
            return;
        }
        _closed = true;
        _loop.Timers.Remove(_rest);
        _loop.Forget(_descriptor);
        // A duplicate keeps the registration alive, so it is taken out by hand.
        _loop.Remove(_descriptor);
        Libc.Close(_descriptor);
        if (_shared.Release() && Address.Kind == AddressKind.Unix && Address.Path![0] != '@')
        {
            Libc.Unlink(Address.Path);
        }
    }

    internal override void OnEvents(uint events)
    {
        byte* bytes = stackalloc byte[SocketAddress.LengthMax];
        for (int i = 0; i < AcceptsMax && !_closed; i++)
        {
            uint length = SocketAddress.LengthMax;
            int descriptor = Libc.Accept(_descriptor, bytes, &length, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
            if (descriptor < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error is Libc.EMFILE or Libc.ENFILE)
                {
                    _acceptor.OnAcceptFailed(error);
                    if (_loop.ShedOne(_descriptor))
                    {
                        continue;
                    }
                    Rest();
                    return;
                }
                if (error is Libc.EAGAIN)
                {
                    return;
                }
                if (error is Libc.ENOBUFS or Libc.ENOMEM)
                {
                    _acceptor.OnAcceptFailed(error);
                    Rest();
                    return;
                }
                continue; // The peer is gone already, or a signal: the next one may be fine.
            }
            ReadOnlySpan<byte> bytesRead = new(bytes, (int)Math.Min(length, SocketAddress.LengthMax));
            TransportAddress remote = SocketAddress.Read(bytesRead);
            if (SocketTransport.FromAccepted(_loop, descriptor, remote, _local) is { } transport)
            {
                _acceptor.OnAccepted(transport);
                continue;
            }
            _acceptor.OnAcceptFailed(Marshal.GetLastPInvokeError());
            Libc.Close(descriptor);
        }
    }

    /// <summary>
    /// Stops accepting for a while. Level-triggered events would otherwise come again and again while the system has no
    /// memory, and the loop would spend its time on failing.
    /// </summary>
    internal void Rest()
    {
        if (!_closed && !_rest.IsArmed)
        {
            _loop.Forget(_descriptor);
            _loop.Remove(_descriptor);
            _loop.Timers.Set(_rest, _loop.NowMs + RestMs);
        }
    }

    private void EndRest()
    {
        if (!_loop.TryAdd(_descriptor, Interest, this))
        {
            _loop.Timers.Set(_rest, _loop.NowMs + RestMs);
        }
    }

    private static void SetTransparent(int descriptor, int family)
    {
        bool isSet = family == Libc.AF_INET6
            ? SocketOptions.TrySet(descriptor, Libc.IPPROTO_IPV6, Libc.IPV6_TRANSPARENT, 1)
            : SocketOptions.TrySet(descriptor, Libc.IPPROTO_IP, Libc.IP_TRANSPARENT, 1);
        if (!isSet)
        {
            SystemError.Throw("IP_TRANSPARENT");
        }
    }

    /// <summary>
    /// A socket file that nobody listens on would fail the bind. One that answers is left alone, and so is a file of
    /// another kind: a mistyped path must not cost the user that file.
    /// </summary>
    private static void RemoveStaleSocket(string path)
    {
        if (!path.StartsWith('@') && SocketAddress.CanWrite(TransportAddress.Unix(path))
            && IsSocket(path) && !HasListener(path))
        {
            Libc.Unlink(path);
        }
    }

    /// <summary>open(2) promises ENXIO for a socket.</summary>
    private static bool IsSocket(string path)
    {
        int descriptor = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        int error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            Libc.Close(descriptor);
        }
        return descriptor < 0 && error == Libc.ENXIO;
    }

    /// <summary>Only a refusal proves that nobody listens: EAGAIN is a full backlog, EACCES somebody else's socket.</summary>
    private static bool HasListener(string path)
    {
        int probe = Libc.Socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (probe < 0)
        {
            return true;
        }
        byte* bytes = stackalloc byte[SocketAddress.LengthMax];
        int length = SocketAddress.Write(TransportAddress.Unix(path), new Span<byte>(bytes, SocketAddress.LengthMax));
        bool refused = Libc.Connect(probe, bytes, (uint)length) < 0
            && Marshal.GetLastPInvokeError() == Libc.ECONNREFUSED;
        Libc.Close(probe);
        return !refused;
    }

    private sealed class RestTimer(SocketListener listener) : LoopTimer
    {
        protected internal override void OnTimer() => listener.EndRest();
    }

    /// <summary>What the listeners on one socket have in common. Loops close theirs on their own threads.</summary>
    private sealed class Shared(in TransportAddress address, bool isShared, bool isTransparent)
    {
        private int _count = 1;

        public TransportAddress Address { get; } = address;

        public bool IsShared { get; } = isShared;

        public bool IsTransparent { get; } = isTransparent;

        public Shared Add()
        {
            Interlocked.Increment(ref _count);
            return this;
        }

        public bool Release() => Interlocked.Decrement(ref _count) == 0;
    }
}
