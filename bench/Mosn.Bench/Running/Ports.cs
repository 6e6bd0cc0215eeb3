using System.Net;
using System.Net.Sockets;

namespace Mosn.Bench.Running;

/// <summary>
/// Hands out loopback ports that nobody listens on. They lie below the range that the kernel draws client ports from
/// (32768 and up), so that no connection of a load test can take one before its server has started.
/// </summary>
public sealed class Ports
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private int _next = First + Environment.ProcessId * 37 % (Last - First);

    public int Take()
    {
        for (int attempt = 0; attempt < Last - First; attempt++)
        {
            int port = _next;
            _next = _next >= Last ? First : _next + 1;
            if (IsFree(port))
            {
                return port;
            }
        }
        throw new BenchException($"no free port between {First} and {Last}");
    }

    private static bool IsFree(int port)
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
