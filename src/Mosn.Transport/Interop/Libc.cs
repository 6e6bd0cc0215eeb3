using System.Runtime.InteropServices;

namespace Mosn.Transport.Interop;

/// <summary>The Linux calls that .NET does not offer, or not without its own threads. Thin: one method a call, no policy.</summary>
/// <remarks>Calls return -1 on failure; the cause is in <see cref="Marshal.GetLastPInvokeError"/>.</remarks>
internal static unsafe partial class Libc
{
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int ENXIO = 6;
    internal const int EPIPE = 32;
    internal const int ENAMETOOLONG = 36;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int ECONNABORTED = 103;
    internal const int ECONNRESET = 104;
    internal const int ENOBUFS = 105;
    internal const int ETIMEDOUT = 110;
    internal const int ECONNREFUSED = 111;
    internal const int EINPROGRESS = 115;

    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_LINGER = 13;
    internal const int SO_REUSEPORT = 15;
    internal const int SO_MARK = 36;
    internal const int IPPROTO_IP = 0;
    internal const int IP_TRANSPARENT = 19;
    internal const int IPPROTO_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_TRANSPARENT = 75;

    /// <summary>Of netfilter, at the levels IPPROTO_IP and IPPROTO_IPV6.</summary>
    internal const int SO_ORIGINAL_DST = 80;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int SHUT_WR = 1;

    internal const uint EPOLLIN = 0x001;
    internal const uint EPOLLOUT = 0x004;
    internal const uint EPOLLERR = 0x008;
    internal const uint EPOLLHUP = 0x010;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLET = 1u << 31;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EFD_NONBLOCK = 0x800;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int SCHED_OTHER = 0;
    internal const int SCHED_BATCH = 3;
    internal const int O_RDONLY = 0;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;

    // asm/unistd.h: x86-64 has numbers of its own, the others share the generic ones.
    private static readonly nint s_receiveFrom = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 45 : 207;
    private static readonly nint s_sendTo = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 44 : 206;

    /// <summary>One piece of a gathered send: struct iovec.</summary>
    internal struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr on 64-bit Linux.</summary>
    internal struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>epoll_create1(2).</summary>
    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    /// <summary>epoll_ctl(2).</summary>
    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int descriptor, byte* eventItem);

    /// <summary>epoll_wait(2).</summary>
    /// <param name="events">Room for <paramref name="eventsMax"/> events. Must not move during the call.</param>
    /// <param name="timeoutMs">-1 waits for ever, 0 polls.</param>
    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, byte* events, int eventsMax, int timeoutMs);

    /// <summary>eventfd(2).</summary>
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, void* buffer, nuint count);

    /// <summary>madvise(2).</summary>
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    internal static partial int Advise(nint address, nuint length, int advice);

    /// <summary>getrandom(2).</summary>
    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    internal static partial nint GetRandom(void* buffer, nuint length, uint flags);

    /// <summary>sched_getscheduler(2).</summary>
    /// <param name="thread">0: the calling one.</param>
    [LibraryImport("libc", EntryPoint = "sched_getscheduler", SetLastError = true)]
    internal static partial int GetScheduler(int thread);

    /// <summary>sched_setscheduler(2).</summary>
    /// <param name="thread">0: the calling one.</param>
    /// <param name="priority">struct sched_param: 0 for every policy that is not real-time.</param>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    internal static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    /// <summary>fcntl(2) with F_DUPFD_CLOEXEC.</summary>
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Duplicate(int descriptor, int command, int atLeast);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int descriptor, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    internal static partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSocketName(int descriptor, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetOption(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetOption(int descriptor, int level, int name, void* value, uint* length);

    /// <summary>recv(2) without flags, on a non-blocking socket.</summary>
    /// <param name="error">errno if the result is negative, else 0.</param>
    internal static nint Receive(int descriptor, void* buffer, nuint length, out int error)
    {
        nint count = SystemCall(s_receiveFrom, descriptor, buffer, length, 0, null, 0);
        error = count < 0 ? Marshal.GetLastSystemError() : 0;
        return count;
    }

    /// <summary>send(2) on a non-blocking socket.</summary>
    /// <param name="error">errno if the result is negative, else 0.</param>
    internal static nint Send(int descriptor, void* buffer, nuint length, int flags, out int error)
    {
        nint count = SystemCall(s_sendTo, descriptor, buffer, length, flags, null, 0);
        error = count < 0 ? Marshal.GetLastSystemError() : 0;
        return count;
    }

    /// <summary>
    /// syscall(2), for the two calls that move every byte: glibc's recv and send are cancellation points, and in a program
    /// with threads they switch that state on and off by atomic instructions, which was 2 % of a request.
    /// </summary>
    /// <remarks>
    /// Neither call blocks, so the thread need not tell the collector that it is away: a collection waits for it some
    /// microseconds at most. Nothing then runs between the call and the look at errno, which saves setting it before.
    /// </remarks>
    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(
        nint number, nint descriptor, void* buffer, nuint length, nint flags, void* address, nint addressLength);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int number, nint handler);

    /// <param name="limits">struct rlimit: soft, hard.</param>
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    internal static partial int GetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetLimit(int resource, ulong* limits);

    /// <summary>malloc_trim(3) of glibc: gives whole free pages of all of its heaps back to the system.</summary>
    /// <param name="padding">Bytes that are left at the top of the first heap.</param>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    internal static partial int TrimHeap(nuint padding);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);
}
