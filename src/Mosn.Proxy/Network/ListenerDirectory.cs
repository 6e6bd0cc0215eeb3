using System.Collections.Frozen;
using System.Net;
using Mosn.Transport;

namespace Mosn.Proxy.Network;

/// <summary>
/// All listeners by address, virtual ones included, so that a redirected connection gets to the one that it was meant for.
/// The control side publishes; loops look up.
/// </summary>
internal sealed class ListenerDirectory
{
    private readonly Published<FrozenDictionary<TransportAddress, Listener>> _byAddress =
        new(FrozenDictionary<TransportAddress, Listener>.Empty);

    /// <summary>
    /// Makes these the listeners. Of several with one address the first counts; of those on all addresses, or on the
    /// loopback address, the last (MOSN: the original_dst filter).
    /// </summary>
    public void Publish(IReadOnlyList<Listener> listeners)
    {
        Dictionary<TransportAddress, Listener> byAddress = [];
        foreach (Listener listener in listeners)
        {
            TransportAddress address = listener.Model.Address;
            if (IsFallback(address))
            {
                byAddress[address] = listener;
            }
            else
            {
                byAddress.TryAdd(address, listener);
            }
        }
        _byAddress.Publish(byAddress.ToFrozenDictionary());
    }

    /// <summary>
    /// The listener with this address, else the one with its port on all addresses (or, if asked for, on the loopback
    /// address); null if there is none.
    /// </summary>
    public Listener? Find(in TransportAddress destination, bool fallsBackToLocal)
    {
        FrozenDictionary<TransportAddress, Listener> byAddress = _byAddress.Current;
        if (byAddress.TryGetValue(destination, out Listener? exact))
        {
            return exact;
        }
        bool isIPv4 = destination.Kind == AddressKind.IPv4;
        if (isIPv4 && byAddress.TryGetValue(Fallback(isIPv4: true, fallsBackToLocal, destination.Port), out Listener? same))
        {
            return same;
        }
        // A socket on all IPv6 addresses takes IPv4, too; one on the loopback address does not.
        return isIPv4 && fallsBackToLocal
            ? null
            : byAddress.GetValueOrDefault(Fallback(isIPv4: false, fallsBackToLocal, destination.Port));
    }

    private static bool IsFallback(in TransportAddress address) =>
        address.IsAny || address == Fallback(isIPv4: true, toLocal: true, address.Port)
        || address == Fallback(isIPv4: false, toLocal: true, address.Port);

    private static TransportAddress Fallback(bool isIPv4, bool toLocal, ushort port) => TransportAddress.From(
        (isIPv4, toLocal) switch
        {
            (true, true) => IPAddress.Loopback,
            (true, false) => IPAddress.Any,
            (false, true) => IPAddress.IPv6Loopback,
            _ => IPAddress.IPv6Any,
        },
        port);
}
