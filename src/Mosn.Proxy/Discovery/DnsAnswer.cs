using System.Net;

namespace Mosn.Proxy.Discovery;

/// <summary>How a question to name servers ended.</summary>
internal enum DnsOutcome : byte
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>A server knows that there are none, or no such name.</summary>
    NotFound,

    /// <summary>No server answered, or none could tell.</summary>
    Failed,
}

/// <summary>What name servers said. Immutable.</summary>
/// <param name="Problem">Why there are no records, for the log; empty if there are.</param>
internal sealed record DnsAnswer(DnsOutcome Outcome, string Problem = "")
{
    /// <summary>Records of the kinds A and AAAA, in the server's order.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];

    /// <summary>Records of the kind SRV, in the server's order.</summary>
    public IReadOnlyList<ServiceRecord> Services { get; init; } = [];

    /// <summary>Seconds that all of this holds: the least of the records', those included that only lead to them.</summary>
    public uint TtlSeconds { get; init; }
}

/// <summary>One SRV record.</summary>
/// <param name="Target">A name; "." says that there is no such service here.</param>
/// <param name="Priority">Only the records with the least are used.</param>
/// <param name="Weight">Share among those of one priority, 0 to 65535.</param>
internal readonly record struct ServiceRecord(string Target, ushort Port, ushort Priority, ushort Weight);
