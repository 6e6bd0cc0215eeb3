namespace Mosn.Proxy.Discovery;

/// <summary>What is asked for.</summary>
internal enum DnsRecordKind : byte
{
    /// <summary>A: IPv4 addresses.</summary>
    IPv4,

    /// <summary>AAAA: IPv6 addresses.</summary>
    IPv6,

    /// <summary>SRV (RFC 2782): names, ports and weights.</summary>
    Service,
}
