using System.Net;
using System.Net.Sockets;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Discovery;

/// <summary>Asks the system's resolver.</summary>
internal sealed class SystemHostResolver : IHostResolver
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(name, cancellation);
        }
        catch (SocketException)
        {
            return []; // "No such host" and "no answer" both mean: not now.
        }
    }
}
