using Mosn.Transport.Interop;

namespace Mosn.Transport.Sockets;

/// <summary>SO_MARK, by which routing and packet filters tell sockets apart.</summary>
public static class SocketMark
{
    /// <summary>
    /// Whether the system lets this thread set a mark: it asks for CAP_NET_ADMIN, or for CAP_NET_RAW since Linux 5.17.
    /// Tries it on a socket of its own, so the answer is the kernel's. True if no socket can be had to try it on.
    /// </summary>
    public static bool IsAllowed()
    {
        int descriptor = Libc.Socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            return true;
        }
        bool isAllowed = SocketOptions.TrySet(descriptor, Libc.SOL_SOCKET, Libc.SO_MARK, 1);
        Libc.Close(descriptor);
        return isAllowed;
    }
}
