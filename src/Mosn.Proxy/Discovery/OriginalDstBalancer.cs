using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport;

namespace Mosn.Proxy.Discovery;

/// <summary>
/// Sends each request to where its client meant to go, or to the address in a header (<c>LB_ORIGINAL_DST</c>). The hosts
/// are made when they are first wanted and shared by all loops, and go when they were not wanted for a while: see
/// <see cref="OriginalDstHosts"/>.
/// </summary>
/// <remarks>
/// With <c>use_header</c> whoever can send a request chooses where this process connects to. Nothing but that setting
/// makes a header count. Names are not resolved: a loop does not wait for a name server.
/// </remarks>
internal sealed class OriginalDstBalancer : ILoadBalancer
{
    /// <summary>Hosts that are kept. Beyond it requests work, on connections that are not kept.</summary>
    internal const int HostsMax = 4096;

    /// <summary>Milliseconds without a request after which a host may go.</summary>
    internal const long IdleMs = 60_000;

    private const ushort PortDefault = 80;
    private static readonly HostConfig s_hostConfig = new();

    private readonly ConcurrentDictionary<TransportAddress, Destination> _destinations = new();
    private readonly Cluster _cluster;
    private readonly byte[]? _header;
    private readonly bool _replaceLocal;
    private int _count;
    private volatile bool _closed;

    public OriginalDstBalancer(LoadBalancerSettings settings)
    {
        _cluster = settings.Cluster!;
        OriginalDstBalancerConfig config = settings.Config.OriginalDstLbConfig ?? new OriginalDstBalancerConfig();
        _header = config.UseHeader ? Encoding.ASCII.GetBytes(config.HeaderName.ToLowerInvariant()) : null;
        _replaceLocal = config.ReplaceLocal;
    }

    /// <summary>Hosts that are kept now.</summary>
    public int HostCount => Volatile.Read(ref _count);

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        if (!TryFindDestination(context, out TransportAddress address))
        {
            return null;
        }
        if (_replaceLocal)
        {
            address = TransportAddress.FromBytes([127, 0, 0, 1], address.Port);
        }
        Destination destination = _destinations.TryGetValue(address, out Destination? known) ? known : Add(address);
        Volatile.Write(ref destination.LastUsedMs, context.NowMs);
        return destination.Host;
    }

    /// <summary>Lets go of hosts that nobody has wanted for a while and that have no connection. Control side.</summary>
    internal void Sweep(long nowMs)
    {
        foreach ((TransportAddress address, Destination destination) in _destinations)
        {
            Host host = destination.Host;
            if (nowMs - Volatile.Read(ref destination.LastUsedMs) >= IdleMs && host.ActiveRequests == 0
                && host.ActiveConnections == 0)
            {
                Remove(address, host);
            }
        }
    }

    /// <summary>Connections are made anew, with the settings that the cluster has now. Control side.</summary>
    internal void RenewPools()
    {
        foreach (Destination destination in _destinations.Values)
        {
            destination.Host.RenewPools();
        }
    }

    /// <summary>Lets go of all hosts, and keeps none from now on. Control side.</summary>
    internal void Close()
    {
        _closed = true;
        foreach ((TransportAddress address, Destination destination) in _destinations)
        {
            Remove(address, destination.Host);
        }
    }

    private bool TryFindDestination(in PickContext context, out TransportAddress address)
    {
        if (_header is { } name && context.Stream is { } stream && TryGetHeader(stream, name, out ReadOnlySpan<byte> value))
        {
            return TransportAddress.TryParse(value, PortDefault, out address);
        }
        address = (context.Stream?.Downstream.Connection ?? context.Downstream)?.OriginalDestination ?? default;
        return address.Kind is AddressKind.IPv4 or AddressKind.IPv6;
    }

    private static bool TryGetHeader(StreamContext stream, byte[] name, out ReadOnlySpan<byte> value)
    {
        if (name.Length == 0 || name.AsSpan().SequenceEqual("host"u8) || name.AsSpan().SequenceEqual(":authority"u8))
        {
            value = stream.Request.Authority;
            return !value.IsEmpty;
        }
        return stream.Request.Headers.TryGet(name, out value);
    }

    private Destination Add(in TransportAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        NetworkAddress named = NetworkAddress.FromIp(new IPAddress(bytes[..address.WriteBytes(bytes)]), address.Port);
        Host host = new(_cluster, named, address);
        host.Update(s_hostConfig);
        Destination made = new(host);
        if (Interlocked.Increment(ref _count) > HostsMax || _closed)
        {
            Interlocked.Decrement(ref _count);
            host.Retire();
            return made;
        }
        Destination kept = _destinations.GetOrAdd(address, made);
        if (kept != made)
        {
            Interlocked.Decrement(ref _count); // Another loop was first.
        }
        else if (_closed)
        {
            Remove(address, host); // Meanwhile, and whoever closed it may not have seen this one.
        }
        return kept;
    }

    private void Remove(in TransportAddress address, Host host)
    {
        if (_destinations.TryRemove(address, out _))
        {
            Interlocked.Decrement(ref _count);
            host.Retire();
        }
    }

    private sealed class Destination(Host host)
    {
        /// <summary>On the loops' clock; written by all loops, read by the control side.</summary>
        public long LastUsedMs;

        public Host Host { get; } = host;
    }
}
