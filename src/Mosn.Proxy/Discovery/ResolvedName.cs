using System.Net;

namespace Mosn.Proxy.Discovery;

/// <summary>One address that a configured name stands for.</summary>
/// <param name="Weight">0: as configured; else from a service record, 1 to 128.</param>
internal readonly record struct ResolvedAddress(IPAddress Ip, int Port, int Weight = 0);

/// <summary>What became of resolving one name. Immutable.</summary>
/// <param name="Addresses">Each once, in the order of the servers; empty if it failed.</param>
/// <param name="TtlSeconds">Seconds that the addresses hold; 0 if the records do not say.</param>
/// <param name="Problem">Why it failed; null if it did not.</param>
internal sealed record ResolvedName(IReadOnlyList<ResolvedAddress> Addresses, uint TtlSeconds, string? Problem)
{
    public static ResolvedName Failed(string problem) => new([], 0, problem);
}
