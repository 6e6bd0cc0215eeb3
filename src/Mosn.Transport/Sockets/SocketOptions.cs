using Mosn.Transport.Interop;

namespace Mosn.Transport.Sockets;

/// <summary>setsockopt for the options we set, all of them integers.</summary>
internal static unsafe class SocketOptions
{
    internal static bool TrySet(int descriptor, int level, int name, int value) =>
        Libc.SetOption(descriptor, level, name, &value, sizeof(int)) == 0;

    /// <summary>Small writes leave at once, and a dead peer is noticed within hours even on an idle connection.</summary>
    internal static void SetStreamDefaults(int descriptor)
    {
        TrySet(descriptor, Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1);
        TrySet(descriptor, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1);
    }

    /// <summary>The next close sends a reset and drops what is not yet sent.</summary>
    internal static void SetResetOnClose(int descriptor)
    {
        int* linger = stackalloc int[2];
        linger[0] = 1;
        linger[1] = 0;
        Libc.SetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_LINGER, linger, 2 * sizeof(int));
    }

    /// <summary>The outcome of a connect, or the error that broke the connection.</summary>
    internal static int TakeError(int descriptor)
    {
        int error = 0;
        uint length = sizeof(int);
        Libc.GetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length);
        return error;
    }

    /// <summary>What the peer connected to, if conntrack knows better than the socket; of kind None if not.</summary>
    /// <param name="kind">Of the socket's local address.</param>
    internal static TransportAddress OriginalDestination(int descriptor, AddressKind kind)
    {
        if (kind is not (AddressKind.IPv4 or AddressKind.IPv6))
        {
            return default;
        }
        // An IPv4 connection on a socket of both families is asked about at the IPv4 level.
        int level = kind == AddressKind.IPv4 ? Libc.IPPROTO_IP : Libc.IPPROTO_IPV6;
        byte* bytes = stackalloc byte[SocketAddress.LengthMax];
        uint length = kind == AddressKind.IPv4 ? SocketAddress.IPv4Length : (uint)SocketAddress.IPv6Length;
        return Libc.GetOption(descriptor, level, Libc.SO_ORIGINAL_DST, bytes, &length) == 0
            ? SocketAddress.Read(new ReadOnlySpan<byte>(bytes, (int)Math.Min(length, SocketAddress.LengthMax)))
            : default;
    }

    internal static TransportAddress LocalAddress(int descriptor)
    {
        byte* bytes = stackalloc byte[SocketAddress.LengthMax];
        uint length = SocketAddress.LengthMax;
        return Libc.GetSocketName(descriptor, bytes, &length) == 0
            ? SocketAddress.Read(new ReadOnlySpan<byte>(bytes, (int)Math.Min(length, SocketAddress.LengthMax)))
            : default;
    }
}
