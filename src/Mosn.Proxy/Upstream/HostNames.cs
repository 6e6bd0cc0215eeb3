using System.Net;
using System.Net.Sockets;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>What the names among the host addresses of some clusters stand for. Immutable.</summary>
internal sealed class HostNames
{
    private const int AskedAtOnceMax = 32;

    private readonly Dictionary<string, IPAddress> _addresses;

    private HostNames(IEnumerable<KeyValuePair<string, IPAddress>> addresses, IReadOnlyList<string> unresolved)
    {
        _addresses = addresses.ToDictionary(StringComparer.OrdinalIgnoreCase);
        Unresolved = unresolved;
    }

    public static HostNames None { get; } = new([], []);

    public int Count => _addresses.Count;

    /// <summary>Names without an address, sorted: each deserves a warning, because its hosts are left out.</summary>
    public IReadOnlyList<string> Unresolved { get; }

    /// <summary>Null if the name has no address.</summary>
    public IPAddress? Find(string name) => _addresses.GetValueOrDefault(name);

    /// <summary>
    /// Asks for every name once, a bounded number at a time, and prefers IPv4 as MOSN does. Clusters that resolve their
    /// names themselves are passed over.
    /// </summary>
    public static async Task<HostNames> ResolveAsync(
        IReadOnlyList<ClusterConfig> clusters, IHostResolver resolver, CancellationToken cancellation)
    {
        string[] names =
        [
            .. clusters.Where(static cluster => !cluster.ResolvesNames).SelectMany(static cluster => cluster.Hosts)
                .Where(static host => host.Address is { Kind: NetworkAddressKind.Name })
                .Select(static host => host.Address!.Value.Host)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.Ordinal),
        ];
        if (names.Length == 0)
        {
            return None;
        }
        IPAddress?[] found = new IPAddress?[names.Length];
        ParallelOptions options = new() { MaxDegreeOfParallelism = AskedAtOnceMax, CancellationToken = cancellation };
        await Parallel.ForAsync(0, names.Length, options, async (i, token) =>
        {
            IReadOnlyList<IPAddress> addresses = await resolver.ResolveAsync(names[i], token);
            found[i] = addresses.FirstOrDefault(static ip => ip.AddressFamily == AddressFamily.InterNetwork)
                ?? (addresses.Count > 0 ? addresses[0] : null);
        });
        return new HostNames(
            names.Zip(found)
                .Where(static pair => pair.Second is not null)
                .Select(static pair => KeyValuePair.Create(pair.First, pair.Second!)),
            [.. names.Where((_, i) => found[i] is null)]);
    }
}
