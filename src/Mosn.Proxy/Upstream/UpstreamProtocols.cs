using System.Collections.Frozen;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>Makes one loop's pool of connections to a host, in one protocol. Any loop's thread.</summary>
/// <param name="priority">Whose bounds count.</param>
internal delegate IConnectionPool PoolMaker(EventLoop loop, Host host, RoutingPriority priority);

/// <summary>The protocols that this process speaks to hosts. Immutable; any thread.</summary>
internal sealed class UpstreamProtocols(IEnumerable<KeyValuePair<StreamProtocol, PoolMaker>> makers)
{
    private readonly FrozenDictionary<StreamProtocol, PoolMaker> _makers = makers.ToFrozenDictionary();

    /// <summary>
    /// The protocol of a name that a configuration has given. Null: it names none, and what else is known decides. One that
    /// is not spoken to hosts has an object all the same: what was meant for it must not be sent in another.
    /// </summary>
    public StreamProtocol? Named(string name) => name is "" or StreamProtocol.Auto
        ? null
        : _makers.Keys.FirstOrDefault(known => known.Name == name) ?? new StreamProtocol(name);

    /// <summary>Null: it is not spoken to hosts.</summary>
    public IConnectionPool? MakePool(EventLoop loop, Host host, StreamProtocol protocol, RoutingPriority priority) =>
        _makers.TryGetValue(protocol, out PoolMaker? maker) ? maker(loop, host, priority) : null;
}
