using System.Net;

namespace Mosn.Proxy.Upstream;

/// <summary>Finds the addresses of a host name. Control side: it may take seconds.</summary>
internal interface IHostResolver
{
    /// <summary>The addresses in the order of preference; empty if the name has none or nobody answered.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellation);
}
